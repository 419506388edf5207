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
  send: (conversationId: string, body: SendBody, shown: Partial<MessageEntry>) => Promise<boolean>
  resend: (clientId: string) => Promise<boolean>
  discard: (clientId: string) => Pending | undefined
  /** What was written to one conversation leaves through the other, which it has become part of. */
  move: (from: string, to: string) => void
  /** Tries everything that waits for a connection, in the order it was written. */
  flush: () => Promise<void>
  /** Finds again what this person wrote on this device before a reload; forgets everybody else's. */
  begin: (meId: string) => void
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

export type OutboxOptions = {
  api: Pick<Api, 'send'>
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
  let flushing = false

  const keep = () => {
    if (!place) return
    if (pending.value.length === 0) storage.removeItem(place)
    else storage.setItem(place, JSON.stringify(pending.value))
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
      const now = mergedInto(error)
      if (now && now !== item.conversationId) {
        move(item.conversationId, now)
        return attempt({ ...item, conversationId: now })
      }
      const code = error instanceof ApiFailure ? error.code : 'unknown'
      // What the gate refuses once it refuses again; it needs a reason, a template or another lane.
      change(clientId, { status: 'failed', failure: { code, canRetry: !code.startsWith('gate_') } })
      return false
    }
  }

  return {
    pending,
    send(conversationId, body, shown) {
      const item: Pending = { conversationId, body, entry: localEntry(body, shown, body.sendAt ? Date.parse(body.sendAt) : now()) }
      pending.value = [...pending.value, item]
      keep()
      showInList(item)
      return attempt(item)
    },
    async resend(clientId) {
      const item = pending.value.find(p => p.body.clientId === clientId)
      if (!item) return false
      change(clientId, { status: 'queued', failure: null })
      return attempt(item)
    },
    discard(clientId) {
      const item = pending.value.find(p => p.body.clientId === clientId)
      drop(clientId)
      return item
    },
    move,
    async flush() {
      if (flushing) return
      flushing = true
      try {
        for (const item of pending.value.filter(p => p.entry.status !== 'failed')) {
          await attempt(item)
        }
      }
      finally { flushing = false }
    },
    begin(meId) {
      place = `loupe.outbox.${meId}`
      try { pending.value = JSON.parse(storage.getItem(place) ?? '[]') as Pending[] }
      catch { pending.value = [] }
    },
  }
}

const outbox = shared<Outbox>('outbox')
export const provideOutbox = (app: App, value: Outbox): void => outbox.provide(app, value)
export const useOutbox = outbox.use
