import type { Scope } from '../conversations/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Io } from './io.ts'
import { rowView } from '../conversations/index.ts'
import { audienceOf, conversationRoom, roomsFor } from './audience.ts'
import { createBatch } from './batch.ts'

/** A message changes its conversation two or three times within a few milliseconds; readers need the last. */
const gatherMs = 15
/** Conversations whose audience is remembered, to know who has lost sight of one. */
const mostRemembered = 20_000

/** Pushes rows to those who may see them, and tells those who no longer may. Returns how to stop. */
export function pushConversations(ctx: Context, io: Io): () => void {
  const remembered = new Map<string, Scope[]>()
  const batch = createBatch<Conversation>({
    ms: gatherMs,
    newer: (before, after) => after.revision >= before.revision,
    handle: (conversations) => { for (const conversation of conversations) push(conversation) },
  })

  function push(conversation: Conversation): void {
    const { _id: id, revision } = conversation
    const scopes = audienceOf(conversation)
    const before = remembered.get(id)
    remember(id, scopes)
    if (before) tellWhoLost(id, revision, before, scopes)
    if (scopes.length === 0) return
    const whole = rowView(conversation, true)
    const masked = rowView(conversation, false)
    // Only somebody who is known by a number alone looks different; everyone else's row is built and encoded once.
    if (whole.name === masked.name) {
      io.to(roomsFor(scopes)).emit('conversation:changed', { row: whole, revision })
    }
    else {
      io.to(roomsFor(scopes, ['whole'])).emit('conversation:changed', { row: whole, revision })
      io.to(roomsFor(scopes, ['masked'])).emit('conversation:changed', { row: masked, revision })
    }
  }

  function tellWhoLost(id: string, revision: number, before: Scope[], after: Scope[]): void {
    const left = before.filter(scope => !after.includes(scope))
    if (left.length === 0) return
    const lost = io.in(roomsFor(left)).except(roomsFor(after))
    lost.emit('conversation:gone', { id, revision })
    lost.socketsLeave(conversationRoom(id))
  }

  function remember(id: string, scopes: Scope[]): void {
    remembered.delete(id)
    remembered.set(id, scopes)
    if (remembered.size > mostRemembered) remembered.delete(remembered.keys().next().value!)
  }

  const off = ctx.bus.on('conversation.changed', ({ conversation, before }) => {
    if (before && !remembered.has(conversation._id)) remember(conversation._id, audienceOf(before))
    batch.add(conversation._id, conversation)
  })
  return () => { off(); batch.stop() }
}
