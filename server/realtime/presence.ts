import type { Io, Page, Viewer } from './io.ts'
import { conversationOf, conversationRoom, isConversationRoom } from './audience.ts'

/** A page that says nothing more has stopped writing: closed lids and lost connections send no word. */
const typingMs = 8_000
/** How often a process tells the others again who looks at what, and after how long of its silence they no longer count on it. */
const againMs = 10_000
const staleMs = 25_000

/** Who has which conversation open, and who of them is writing. Kept in memory only: it is true only while it is. */
export interface Presence {
  open: (page: Page, conversationId: string) => void
  typing: (page: Page, conversationId: string, typing: boolean) => void
  /** From now on the pages of other processes are told, and theirs are heard of. Called with the name of this process, once the adapter between them is there. */
  share: (self: string) => void
  stop: () => void
}

export function createPresence(io: Io, now: () => number): Presence {
  const viewers = new Map<string, Map<string, Viewer>>()
  const timers = new Map<string, NodeJS.Timeout>()
  /** What other processes said, by conversation and process. */
  const elsewhere = new Map<string, Map<string, { viewers: Viewer[], until: number }>>()
  let self: string | null = null
  let again: NodeJS.Timeout | undefined

  function everyone(conversationId: string): Viewer[] {
    const others = [...elsewhere.get(conversationId)?.values() ?? []].filter(({ until }) => until > now())
    return [...viewers.get(conversationId)?.values() ?? [], ...others.flatMap(other => other.viewers)]
  }

  /** Says who looks here to the pages here, and to the other processes, which say it to theirs. */
  function changed(conversationId: string): void {
    tell(conversationId)
    announce(conversationId)
  }

  function announce(conversationId: string): void {
    if (self !== null) io.serverSideEmit('viewers', { from: self, conversationId, viewers: [...viewers.get(conversationId)?.values() ?? []] })
  }

  function heard({ from, conversationId, viewers: theirs }: { from: string, conversationId: string, viewers: Viewer[] }): void {
    const said = elsewhere.get(conversationId) ?? new Map<string, { viewers: Viewer[], until: number }>()
    if (theirs.length > 0) said.set(from, { viewers: theirs, until: now() + staleMs })
    else said.delete(from)
    if (said.size > 0) elsewhere.set(conversationId, said)
    else elsewhere.delete(conversationId)
    if (viewers.has(conversationId)) tell(conversationId)
  }

  function forgetSilent(): void {
    for (const [conversationId, said] of elsewhere) {
      const before = said.size
      for (const [from, { until }] of said) {
        if (until <= now()) said.delete(from)
      }
      if (said.size === before) continue
      if (said.size === 0) elsewhere.delete(conversationId)
      tell(conversationId)
    }
  }

  /** One payload for all who look; a person with two pages is one viewer. */
  function tell(conversationId: string): void {
    const people = new Map<string, { id: string, name: string, typing: boolean }>()
    let next = Infinity
    for (const { id, name, typingUntil } of everyone(conversationId)) {
      const typing = typingUntil > now()
      if (typing) next = Math.min(next, typingUntil)
      people.set(id, { id, name, typing: typing || people.get(id)?.typing === true })
    }
    io.local.to(conversationRoom(conversationId)).emit('presence', { conversationId, viewers: [...people.values()] })
    clearTimeout(timers.get(conversationId))
    timers.delete(conversationId)
    if (next < Infinity) timers.set(conversationId, setTimeout(tell, next - now() + 1, conversationId).unref())
  }

  // A page leaves the room by closing the conversation, by disconnecting, or because it may no longer see it.
  function left(room: string, pageId: string): void {
    if (!isConversationRoom(room)) return
    const conversationId = conversationOf(room)
    const present = viewers.get(conversationId)
    if (!present?.delete(pageId)) return
    if (present.size === 0) viewers.delete(conversationId)
    changed(conversationId)
  }
  io.sockets.adapter.on('leave-room', left)

  return {
    open(page, conversationId) {
      const present = viewers.get(conversationId) ?? new Map<string, Viewer>()
      viewers.set(conversationId, present)
      if (!present.has(page.id)) present.set(page.id, { id: page.data.actor.id, name: page.data.actor.name, typingUntil: 0 })
      changed(conversationId)
    },
    typing(page, conversationId, typing) {
      const viewer = viewers.get(conversationId)?.get(page.id)
      if (!viewer) return
      const before = viewer.typingUntil > now()
      viewer.typingUntil = typing ? now() + typingMs : 0
      if (before !== typing) changed(conversationId)
    },
    share(name) {
      self = name
      io.sockets.adapter.on('leave-room', left)
      io.on('viewers', heard)
      again = setInterval(() => {
        for (const conversationId of viewers.keys()) announce(conversationId)
        forgetSilent()
      }, againMs).unref()
    },
    stop() {
      clearInterval(again)
      io.off('viewers', heard)
      io.sockets.adapter.off('leave-room', left)
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      viewers.clear()
    },
  }
}
