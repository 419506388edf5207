import type { ChangesView } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { maySee, seesWholeAddress } from '../accounts/index.ts'
import { rowFields, rowView } from './views/row.ts'

/**
 * How far answers to "what changed after" look back: a number is reserved before it is written, so that a lower one can appear after a higher one was
 * seen. Applying a change twice is harmless, missing one is not.
 */
export const overlap = 200

/** The most that one answer holds beyond what it looks back. */
const most = 500

/**
 * What changed after revision `since`, oldest first: rows that `actor` may see as they are now, and ids of those that they may not see or that were merged
 * into another. `tooMany` when it is more than one answer holds, or when `since` is from another time than this store.
 */
export async function changesSince(ctx: Context, actor: Actor, since: number): Promise<ChangesView> {
  const revision = await ctx.revisions.latest()
  const everythingAnew = { rows: [], gone: [], revision, tooMany: true }
  if (since > revision) return everythingAnew
  const changed = await ctx.models.conversations
    .find({ revision: trusted({ $gt: since - overlap }) })
    .sort({ revision: 1 })
    .limit(most + overlap + 1)
    .select(`${rowFields} storeIds mergedInto`)
    .lean<Conversation[]>()
  const after = changed.filter(conversation => conversation.revision > since).length
  if (after > most || changed.length > most + overlap) return everythingAnew
  const whole = seesWholeAddress(actor)
  const inSight = (conversation: Conversation) => !conversation.mergedInto && maySee(actor, conversation)
  return {
    rows: changed.filter(inSight).map(conversation => rowView(conversation, whole)),
    gone: changed.filter(conversation => !inSight(conversation)).map(conversation => conversation._id),
    moved: changed.flatMap(conversation => conversation.mergedInto && maySee(actor, conversation) ? [{ id: conversation._id, to: conversation.mergedInto }] : []),
    revision,
    tooMany: false,
  }
}
