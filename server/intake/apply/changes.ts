import type { Message } from '../../models/index.ts'
import type { Arrival } from '../arrival.ts'
import { cleanText } from '../clean.ts'

const mostReactions = 50
const longestEmoji = 16

/** Whose reaction it is. The house has one together. */
export interface Reactor { by: string, mine: boolean }

/** A message after one person's reaction was set or taken back. The newest of a person's counts, whatever order they come in. */
export function withReaction(message: Message, { event, at }: Arrival, { by, mine }: Reactor): Message | null {
  const emoji = event.reaction?.emoji ?? null
  const known = message.reactions.find(reaction => mine ? reaction.mine : reaction.by === by)
  if (known && known.at > at) return null
  const others = message.reactions.filter(reaction => reaction !== known)
  if (emoji === null || emoji === '') return known ? { ...message, reactions: others } : null
  const reaction = { emoji: (cleanText(emoji) ?? '').slice(0, longestEmoji), mine, by: mine ? known?.by ?? by : by, at }
  return { ...message, reactions: [...others, reaction].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.by < b.by ? -1 : 1)).slice(-mostReactions) }
}

/** A message after its writer edited it. An older edit that comes later changes nothing; neither does one of which the provider does not say what it became. */
export function withEdit(message: Message, { event, at }: Arrival): Message | null {
  if (message.deletedAt || (message.editedAt && message.editedAt > at)) return null
  const text = event.newContent?.text ?? event.newContent?.caption
  return text === undefined ? null : { ...message, text: cleanText(text), editedAt: at }
}

/** A message after its writer took it back: that it was there stays, what it said goes, as networks require. */
export function withDeletion(message: Message, { at }: Arrival): Message | null {
  if (message.deletedAt) return null
  return { ...message, deletedAt: at, text: null, attachments: [], fetchAt: null, extra: {}, pieceSkus: [] }
}
