import type { Io, Page } from './io.ts'
import { conversationOf, conversationRoom, isConversationRoom } from './audience.ts'

/** A page that says nothing more has stopped writing: closed lids and lost connections send no word. */
const typingMs = 8_000

/** Who has which conversation open, and who of them is writing. Kept in memory only: it is true only while it is. */
export interface Presence {
  open: (page: Page, conversationId: string) => void
  typing: (page: Page, conversationId: string, typing: boolean) => void
  stop: () => void
}

type Viewer = { id: string, name: string, typingUntil: number }

export function createPresence(io: Io, now: () => number): Presence {
  const viewers = new Map<string, Map<string, Viewer>>()
  const timers = new Map<string, NodeJS.Timeout>()

  /** One payload for all who look; a person with two pages is one viewer. */
  function tell(conversationId: string): void {
    const people = new Map<string, { id: string, name: string, typing: boolean }>()
    let next = Infinity
    for (const { id, name, typingUntil } of viewers.get(conversationId)?.values() ?? []) {
      const typing = typingUntil > now()
      if (typing) next = Math.min(next, typingUntil)
      people.set(id, { id, name, typing: typing || people.get(id)?.typing === true })
    }
    io.to(conversationRoom(conversationId)).emit('presence', { conversationId, viewers: [...people.values()] })
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
    tell(conversationId)
  }
  io.sockets.adapter.on('leave-room', left)

  return {
    open(page, conversationId) {
      const present = viewers.get(conversationId) ?? new Map<string, Viewer>()
      viewers.set(conversationId, present)
      if (!present.has(page.id)) present.set(page.id, { id: page.data.actor.id, name: page.data.actor.name, typingUntil: 0 })
      tell(conversationId)
    },
    typing(page, conversationId, typing) {
      const viewer = viewers.get(conversationId)?.get(page.id)
      if (!viewer) return
      const before = viewer.typingUntil > now()
      viewer.typingUntil = typing ? now() + typingMs : 0
      if (before !== typing) tell(conversationId)
    },
    stop() {
      io.sockets.adapter.off('leave-room', left)
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      viewers.clear()
    },
  }
}
