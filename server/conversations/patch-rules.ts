import type { ConversationPatch } from '#contracts'
import type { Advisor, Conversation } from '../models/index.ts'
import type { ConversationFields } from './mutate.ts'
import { LoupeError } from '../platform/errors.ts'

/** Who is to own a conversation, as far as the rule needs to know them. */
export type Assignee = Pick<Advisor, '_id' | 'name' | 'role' | 'storeIds' | 'active'>

/** The furthest that a conversation can be put off, ms: a year and a day, for the next anniversary. */
const maxSnoozeMs = 366 * 86_400_000

/**
 * What a patch makes of a conversation at `now` (ms). Pure. Closing takes a snooze away; snoozing opens what was closed, because it says that somebody wants
 * to see it again.
 * @param conversation as it stands
 * @param patch what was asked for
 * @param assignee the person `patch.ownerId` names; null when there is none by that id
 * @param now milliseconds since the epoch
 * @throws LoupeError `conflict` for someone who cannot own it, `invalid` for a snooze that is past or too far away
 */
export function patched(conversation: Conversation, patch: ConversationPatch, assignee: Assignee | null, now: number): ConversationFields {
  const fields: ConversationFields = {}
  if (patch.ownerId !== undefined) {
    if (patch.ownerId !== null && patch.ownerId !== conversation.ownerId) requireAssignable(conversation, assignee)
    fields.ownerId = patch.ownerId
  }
  if (patch.state !== undefined) fields.state = patch.state
  if (patch.snoozedUntil !== undefined) {
    fields.snoozedUntil = patch.snoozedUntil === null ? null : snoozeTime(patch.snoozedUntil, now)
    if (fields.snoozedUntil && patch.state === undefined) fields.state = 'open'
  }
  if (fields.state === 'closed') fields.snoozedUntil = null
  return fields
}

function requireAssignable(conversation: Conversation, assignee: Assignee | null): void {
  if (!assignee) throw new LoupeError('conflict', 'There is no such colleague. Choose somebody else.')
  if (!assignee.active) throw new LoupeError('conflict', `${assignee.name} no longer works here. Choose somebody else.`)
  const works = assignee.role === 'administrator' || conversation.storeIds.length === 0 || conversation.storeIds.some(id => assignee.storeIds.includes(id))
  if (!works) throw new LoupeError('conflict', `${assignee.name} does not work in a store that this customer writes to. Choose somebody who does.`)
}

function snoozeTime(until: string, now: number): Date {
  const at = new Date(until)
  if (!(at.getTime() > now)) throw new LoupeError('invalid', 'Choose a time that is still to come.')
  if (at.getTime() > now + maxSnoozeMs) throw new LoupeError('invalid', 'Choose a time within a year.')
  return at
}
