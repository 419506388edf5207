import type { QueryClient } from '@tanstack/vue-query'
import type { App, Ref } from 'vue'
import type { ConversationRow, ConversationView, MessageEntry, SendBody } from '#contracts'
import type { Api } from '../api/client.ts'
import { ref } from 'vue'
import { ApiFailure, isOffline, mergedInto } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { shared } from '../lib/shared.ts'
import { patchEntry, patchRow } from '../realtime/caches.ts'

/** A message on its way. `entry` is what the thread shows of it until the server's own copy is there. */
export type Pending = { conversationId: string, body: SendBody, entry: MessageEntry }

export type Outbox = {
  pending: Readonly<Ref<Pending[]>>
  /** Keeps a message at once and sends it after all that was written to this conversation before; answers whether it left. */
  send: (conversationId: string, body: SendBody, shown: Partial<MessageEntry>) => Promise<boolean>
  resend: (clientId: string) => Promise<boolean>
  /** Lets a message go that only this device knows. One that is on its way at this moment is taken back when it has arrived. */
  discard: (clientId: string) => Pending | undefined
  /** What was written to one conversation leaves through the other, which it has become part of. */
  move: (from: string, to: string) => void
  /** Tries everything that waits for a connection, in the order it was written; also what another window of this person left behind. */
  flush: () => Promise<void>
  /** Finds again what this person wrote on this device before a reload; forgets everybody else's. */
  begin: (meId: string) => void
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

export type OutboxOptions = {
  api: Pick<Api, 'send' | 'takeBack'>
  queries: QueryClient
  storage: Storage
  now?: () => number
}

/** What the thread shows of a message that only this device knows: revision 0 yields to every copy of the server. */
export function localEntry(body: SendBody, shown: Partial<MessageEntry>, at: number): MessageEntry {
  return {
    type: 'message',
    id: `local:${body.clientId}`,
    at: new Date(at).toISOString(),
    revision: 0,
    direction: 'out',
    author: { kind: 'advisor', id: null, name: null },
    laneId: body.laneId,
    kind: 'text',
    text: null,
    attachments: [],
    pieces: [],
    replyTo: null,
    reactions: [],
    forwarded: false,
    editedAt: null,
    deletedAt: null,
    status: body.sendAt ? 'scheduled' : 'queued',
    failure: null,
    undoUntil: null,
    clientId: body.clientId,
    ...shown,
  }
}

/** Keeps what was written until the server has it. Without a connection a message waits; what the server refuses stays, and says so. */
export function makeOutbox({ api, queries, storage, now = Date.now }: OutboxOptions): Outbox {
  const pending = ref<Pending[]>([])
  let place = ''
  /** What this window has had in hand; all else that is stored belongs to another one. */
  const known = new Set<string>()
  /** Let go while they were on their way. */
  const discarded = new Set<string>()
  /** One message at a time of each conversation, so that they arrive in the order in which they were written. */
  const lines = new Map<string, Promise<unknown>>()

  function stored(): Pending[] {
    try { return JSON.parse(storage.getItem(place) ?? '[]') as Pending[] }
    catch { return [] }
  }
  const keep = () => {
    if (!place) return
    for (const { body } of pending.value) known.add(body.clientId)
    const all = [...stored().filter(({ body }) => !known.has(body.clientId)), ...pending.value]
    if (all.length === 0) storage.removeItem(place)
    else storage.setItem(place, JSON.stringify(all))
  }
  const change = (clientId: string, patch: Partial<MessageEntry>) => {
    pending.value = pending.value.map(p => p.body.clientId === clientId ? { ...p, entry: { ...p.entry, ...patch } } : p)
    keep()
  }
  const drop = (clientId: string) => {
    pending.value = pending.value.filter(p => p.body.clientId !== clientId)
    keep()
  }

  function move(from: string, to: string) {
    if (!pending.value.some(p => p.conversationId === from)) return
    pending.value = pending.value.map(p => p.conversationId === from ? { ...p, conversationId: to } : p)
    keep()
  }

  function showInList(item: Pending) {
    const view = queries.getQueryData<ConversationView>(keys.conversation(item.conversationId))
    if (!view || item.body.sendAt) return
    const row: ConversationRow = { ...view.row, preview: { text: item.entry.text ?? '', kind: item.entry.kind, mine: true }, lastAt: item.entry.at, unread: 0 }
    patchRow(queries, row, '', now())
  }

  async function attempt(item: Pending): Promise<boolean> {
    const { clientId } = item.body
    try {
      const entry = await api.send(item.conversationId, item.body)
      if (discarded.delete(clientId)) {
        await api.takeBack(item.conversationId, entry.id).catch(() => patchEntry(queries, item.conversationId, entry))
        return false
      }
      patchEntry(queries, item.conversationId, entry)
      drop(clientId)
      void queries.invalidateQueries({ queryKey: keys.gates(item.conversationId) })
      return true
    }
    catch (error) {
      if (isOffline(error)) {
        change(clientId, { status: item.body.sendAt ? 'scheduled' : 'queued', failure: null })
        return false
      }
      discarded.delete(clientId)
      const now = mergedInto(error)
      if (now && now !== item.conversationId) {
        move(item.conversationId, now)
        const left = await attempt({ ...item, conversationId: now })
        void drain(now)
        return left
      }
      const code = error instanceof ApiFailure ? error.code : 'unknown'
      // What the gate refuses once it refuses again; it needs a reason, a template or another lane.
      change(clientId, { status: 'failed', failure: { code, canRetry: !code.startsWith('gate_') } })
      return false
    }
  }

  const isPending = (clientId: string) => pending.value.some(({ body }) => body.clientId === clientId)
  const waits = ({ entry }: Pending) => entry.status !== 'failed'

  /** Sends what waits in a conversation, oldest first and up to a message, as long as there is a connection: what was written later does not overtake. */
  function drain(conversationId: string, upTo?: string): Promise<void> {
    const line = (lines.get(conversationId) ?? Promise.resolve()).catch(() => {}).then(async () => {
      const tried = new Set<string>()
      for (;;) {
        const next = pending.value.find(item => item.conversationId === conversationId && waits(item) && !tried.has(item.body.clientId))
        if (!next) return
        tried.add(next.body.clientId)
        await attempt(next)
        if (next.body.clientId === upTo || pending.value.some(item => item.body.clientId === next.body.clientId && waits(item))) return
      }
    })
    lines.set(conversationId, line)
    const done = () => { if (lines.get(conversationId) === line) lines.delete(conversationId) }
    void line.then(done, done)
    return line
  }

  return {
    pending,
    async send(conversationId, body, shown) {
      const item: Pending = { conversationId, body, entry: localEntry(body, shown, body.sendAt ? Date.parse(body.sendAt) : now()) }
      pending.value = [...pending.value, item]
      keep()
      showInList(item)
      await drain(conversationId, body.clientId)
      return !isPending(body.clientId)
    },
    async resend(clientId) {
      const item = pending.value.find(p => p.body.clientId === clientId)
      if (!item) return false
      change(clientId, { status: 'queued', failure: null })
      await drain(item.conversationId, clientId)
      return !isPending(clientId)
    },
    discard(clientId) {
      const item = pending.value.find(p => p.body.clientId === clientId)
      if (item && waits(item) && lines.has(item.conversationId)) discarded.add(clientId)
      drop(clientId)
      return item
    },
    move,
    async flush() {
      const left = place ? stored().filter(item => !known.has(item.body.clientId) && waits(item)) : []
      if (left.length > 0) {
        pending.value = [...left, ...pending.value]
        keep()
      }
      await Promise.all(Array.from(new Set(pending.value.filter(waits).map(item => item.conversationId)), id => drain(id)))
    },
    begin(meId) {
      if (place === `loupe.outbox.${meId}`) return
      place = `loupe.outbox.${meId}`
      known.clear()
      pending.value = stored()
      keep()
    },
  }
}

const outbox = shared<Outbox>('outbox')
export const provideOutbox = (app: App, value: Outbox): void => outbox.provide(app, value)
export const useOutbox = outbox.use
