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
  /** Conversations that are no more, until that was told. */
  const left = new Set<string>()
  const batch = createBatch<Conversation>({
    ms: gatherMs,
    newer: (before, after) => after.revision >= before.revision,
    handle: (conversations) => { for (const conversation of conversations) push(conversation) },
  })

  function push(conversation: Conversation): void {
    const { _id: id } = conversation
    const scopes = left.delete(id) ? [] : audienceOf(conversation)
    const before = remembered.get(id)
    remember(id, scopes)
    if (before) tellWhoLost(conversation, before, scopes)
    if (scopes.length === 0) return
    const whole = rowView(conversation, true)
    const masked = rowView(conversation, false)
    // Only somebody who is known by a number alone looks different; everyone else's row is built and encoded once.
    const { revision } = conversation
    if (whole.name === masked.name) {
      io.to(roomsFor(scopes)).emit('conversation:changed', { row: whole, revision })
    }
    else {
      io.to(roomsFor(scopes, ['whole'])).emit('conversation:changed', { row: whole, revision })
      io.to(roomsFor(scopes, ['masked'])).emit('conversation:changed', { row: masked, revision })
    }
  }

  function tellWhoLost({ _id: id, revision, mergedInto }: Conversation, before: Scope[], after: Scope[]): void {
    const without = before.filter(scope => !after.includes(scope))
    if (without.length === 0) return
    const lost = io.in(roomsFor(without)).except(roomsFor(after))
    // Whoever may not see the other one either is told so when they ask for it.
    lost.emit('conversation:gone', { id, revision, ...(mergedInto ? { mergedInto } : {}) })
    lost.socketsLeave(conversationRoom(id))
  }

  function remember(id: string, scopes: Scope[]): void {
    remembered.delete(id)
    remembered.set(id, scopes)
    if (remembered.size > mostRemembered) remembered.delete(remembered.keys().next().value!)
  }

  const off = [
    ctx.bus.on('conversation.changed', ({ conversation, before }) => {
      if (before && !remembered.has(conversation._id)) remember(conversation._id, audienceOf(before))
      left.delete(conversation._id)
      batch.add(conversation._id, conversation)
    }),
    // Through the same batch, so that a change from just before does not bring the row back.
    ctx.bus.on('conversation.gone', ({ conversation }) => {
      if (!remembered.has(conversation._id)) remember(conversation._id, audienceOf({ ...conversation, mergedInto: null }))
      left.add(conversation._id)
      batch.add(conversation._id, conversation)
    }),
  ]
  return () => { for (const stop of off) stop(); batch.stop() }
}
