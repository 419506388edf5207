import { z } from 'zod'
import { ChannelName } from './events.ts'
import { ReadinessMark } from './readiness.ts'

/** Another person who may be the one that is looked at. */
export const MergeSuggestionView = z.object({
  id: z.string(),
  other: z.object({
    customerId: z.string(),
    conversationId: z.string().nullable(),
    name: z.string(),
    initials: z.string(),
    channel: ChannelName.nullable(),
    storeId: z.string().nullable(),
    mark: ReadinessMark.nullable(),
    lastAt: z.string().nullable(),
    /** Ways to reach them as shown to this reader, at most three. */
    addresses: z.array(z.object({ kind: z.string(), channel: ChannelName.nullable(), value: z.string() })),
  }),
  /** Why they may be one, as a code that the interface words: `shared_in_thread`, `same_event`, `number_change` … */
  evidence: z.string(),
  /** Whose entry the other one would join. With `shared_in_thread` it is who holds the number that was given. */
  stays: z.enum(['this', 'other']),
  /** The message that shows it, where there is one that the reader may see. */
  message: z.object({ id: z.string(), conversationId: z.string(), text: z.string(), at: z.string() }).nullable(),
  at: z.string(),
})
export type MergeSuggestionView = z.infer<typeof MergeSuggestionView>

/** Somebody who was joined with the one that is looked at. */
export const MergedView = z.object({
  id: z.string(),
  /** Who they are again once they are taken apart. */
  customerId: z.string(),
  name: z.string(),
  evidence: z.string(),
  /** Who decided; null for the house itself, from sure evidence. */
  actorId: z.string().nullable(),
  at: z.string(),
})
export type MergedView = z.infer<typeof MergedView>

/** `GET /api/v1/customers/:id/merges`: who may be the same person, and who was joined with them, newest first. */
export const MergesView = z.object({ suggestions: z.array(MergeSuggestionView), merged: z.array(MergedView) })
export type MergesView = z.infer<typeof MergesView>

/** `POST /api/v1/merges`: everything of the one moves to the other. */
export const MergeBody = z.object({ winnerId: z.string().min(1).max(64), loserId: z.string().min(1).max(64) })
/** What came of a merge: the person who stayed, and the journal's entry that takes it apart. */
export const MergeResult = z.object({ mergeId: z.string(), customerId: z.string(), conversationId: z.string() })
export type MergeResult = z.infer<typeof MergeResult>
