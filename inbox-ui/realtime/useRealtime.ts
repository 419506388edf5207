import type { QueryClient } from '@tanstack/vue-query'
import type { Socket } from 'socket.io-client'
import type { App, Ref } from 'vue'
import type { ClientToServer, DraftView, QueueCounts, ServerToClient } from '#contracts'
import type { Api } from '../api/client.ts'
import type { Lost } from './lost.ts'
import type { RowPages } from './rows.ts'
import { io } from 'socket.io-client'
import { ref, shallowRef } from 'vue'
import { keys } from '../api/keys.ts'
import { shared } from '../lib/shared.ts'
import { catchUp, catchUpThread, patchEntry, patchRows, renewPerson } from './caches.ts'
import { gatherRows } from './gather.ts'

export type Viewer = { id: string, name: string, typing: boolean }
export type ConnectionState = 'online' | 'connecting' | 'offline'

export type Realtime = {
  state: Readonly<Ref<ConnectionState>>
  /** Who else has which conversation open. */
  viewers: Readonly<Ref<Record<string, Viewer[]>>>
  /** The newest draft that another device of this person saved, per conversation. */
  drafts: Readonly<Ref<Record<string, DraftView>>>
  connect: (meId: string) => void
  disconnect: () => void
  /** Resolves when the server pushes what changes in it, or cannot. */
  open: (conversationId: string) => Promise<void>
  close: (conversationId: string) => void
  typing: (conversationId: string, typing: boolean) => void
  /** Called after every reconnection, when what was missed has been fetched. */
  onBack: (run: () => void) => () => void
}

/** The server answers within milliseconds; whoever waits longer asks for what they missed anyway. */
const joinMs = 5000

/**
 * Brings what the server pushes into the caches, and after a pause asks for what was missed. Holds no data of its own but
 * presence, which nobody stores.
 */
export function makeRealtime(options: { api: Api, queries: QueryClient, onEnded: (reason: string) => void, onLost: Lost }): Realtime {
  const { api, queries } = options
  const state = ref<ConnectionState>('connecting')
  const viewers = shallowRef<Record<string, Viewer[]>>({})
  const drafts = shallowRef<Record<string, DraftView>>({})
  const openIds = new Set<string>()
  const back = new Set<() => void>()
  let socket: Socket<ServerToClient, ClientToServer> | null = null
  let me = ''
  let revision = 0
  let wasConnected = false

  const incoming = gatherRows(rows => patchRows(queries, rows, me, Date.now()))

  const seen = (next: number) => { revision = Math.max(revision, next) }
  const join = (id: string) => new Promise<void>((resolve) => {
    if (!socket?.connected) return resolve()
    socket.timeout(joinMs).emit('conversation:open', { conversationId: id }, () => resolve())
  })

  async function onConnect() {
    await Promise.all(Array.from(openIds, join))
    if (wasConnected) {
      const since = Math.max(revision, ...queries.getQueriesData<RowPages>({ queryKey: keys.allRows }).map(([, data]) => Math.min(...data?.pages.map(p => p.revision) ?? [0])))
      try { seen(await catchUp({ api, queries, meId: me, since, openIds: [...openIds], now: Date.now(), onLost: options.onLost })) }
      catch { return }
      for (const run of back) run()
    }
    // What came between the first answers and the server's knowing what is open here.
    else { await Promise.all(Array.from(openIds, id => catchUpThread(api, queries, id).catch(() => {}))) }
    wasConnected = true
    state.value = 'online'
  }

  const wentOffline = () => { state.value = 'offline' }
  const cameOnline = () => {
    if (socket?.connected) {
      state.value = 'online'
    }
    else { state.value = 'connecting'; socket?.connect() }
  }

  function connect(meId: string) {
    if (socket && me === meId) return
    disconnect()
    me = meId
    socket = io({ path: '/socket.io', withCredentials: true, reconnectionDelayMax: 8000, transports: ['websocket', 'polling'] })
    socket.on('connect', () => { void onConnect() })
    socket.on('disconnect', () => { state.value = navigator.onLine ? 'connecting' : 'offline' })
    socket.on('connect_error', () => { state.value = navigator.onLine ? 'connecting' : 'offline' })
    socket.on('conversation:changed', ({ row, revision: next }) => { seen(next); incoming.add(row) })
    socket.on('conversation:gone', ({ id, revision: next, mergedInto }) => { seen(next); incoming.flush(); options.onLost(id, mergedInto) })
    socket.on('thread:changed', ({ conversationId, revision: next }) => { seen(next); void queries.invalidateQueries({ queryKey: keys.thread(conversationId) }) })
    socket.on('entry:changed', ({ conversationId, entry, revision: next }) => { seen(next); patchEntry(queries, conversationId, entry) })
    socket.on('customer:changed', ({ conversationId, revision: next }) => {
      seen(next)
      void renewPerson(queries, conversationId)
    })
    socket.on('presence', ({ conversationId, viewers: all }) => { viewers.value = { ...viewers.value, [conversationId]: all.filter(v => v.id !== me) } })
    socket.on('draft:changed', ({ conversationId, draft }) => { drafts.value = { ...drafts.value, [conversationId]: draft } })
    socket.on('queues:changed', ({ counts }) => { queries.setQueryData<QueueCounts>(keys.queues, counts) })
    socket.on('session:ended', ({ reason }) => options.onEnded(reason))
    window.addEventListener('offline', wentOffline)
    window.addEventListener('online', cameOnline)
  }

  function disconnect() {
    window.removeEventListener('offline', wentOffline)
    window.removeEventListener('online', cameOnline)
    socket?.removeAllListeners()
    socket?.disconnect()
    socket = null
    incoming.flush()
    wasConnected = false
    openIds.clear()
    viewers.value = {}
  }

  return {
    state,
    viewers,
    drafts,
    connect,
    disconnect,
    open(id) { openIds.add(id); return join(id) },
    close(id) {
      openIds.delete(id)
      socket?.emit('conversation:close', { conversationId: id })
      const { [id]: _left, ...rest } = viewers.value
      viewers.value = rest
    },
    typing(conversationId, typing) { socket?.volatile.emit('typing', { conversationId, typing }) },
    onBack(run) { back.add(run); return () => back.delete(run) },
  }
}

const realtime = shared<Realtime>('realtime')
export const provideRealtime = (app: App, value: Realtime): void => realtime.provide(app, value)
export const useRealtime = realtime.use
