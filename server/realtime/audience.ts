import type { Actor } from '../accounts/index.ts'
import type { Scope } from '../conversations/index.ts'
import type { Conversation } from '../models/index.ts'
import { seesWholeAddress } from '../accounts/index.ts'
import { listScopes } from '../conversations/index.ts'

/** Two kinds of readers get different rows of the same conversation: those who see numbers whole, and those who see them masked. */
export const sights = ['whole', 'masked'] as const
export type Sight = (typeof sights)[number]

export type Room = `${Sight}|${Scope}`

/** The rooms of a reader: one for each scope of what they may see. */
export function roomsOf(actor: Actor): Room[] {
  const sight: Sight = seesWholeAddress(actor) ? 'whole' : 'masked'
  return listScopes(actor).map((scope): Room => `${sight}|${scope}`)
}

/** The scopes of everyone who may see a conversation; none for one that was merged into another. */
export function audienceOf(conversation: Pick<Conversation, 'storeIds' | 'ownerId' | 'mergedInto'>): Scope[] {
  if (conversation.mergedInto) return []
  const scopes: Scope[] = ['all', ...conversation.storeIds.map((id): Scope => `store:${id}`)]
  if (conversation.storeIds.length === 0) scopes.push('unplaced')
  if (conversation.ownerId) scopes.push(`owner:${conversation.ownerId}`)
  return scopes
}

/** The rooms of an audience, for readers of one sight or of both. */
export function roomsFor(scopes: readonly Scope[], which: readonly Sight[] = sights): Room[] {
  return which.flatMap(sight => scopes.map((scope): Room => `${sight}|${scope}`))
}

const conversationPrefix = 'conversation:'
export const conversationRoom = (id: string) => conversationPrefix + id
export const isConversationRoom = (room: string) => room.startsWith(conversationPrefix)
export const conversationOf = (room: string) => room.slice(conversationPrefix.length)
export const personRoom = (id: string) => `person:${id}`
export const sessionRoom = (id: string) => `session:${id}`
