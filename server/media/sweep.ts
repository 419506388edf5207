import type { Context } from '../platform/context.ts'
import { removeFile } from './files.ts'

/** How long a file that was uploaded and never sent is kept, milliseconds. Whoever comes back later is asked to attach it again. */
export const unsentForMs = 2 * 86_400_000
const perRound = 50

/** Takes away the oldest files that were uploaded and never sent, at most fifty. Gives how many. */
export async function sweepUnsent(ctx: Context): Promise<number> {
  const { media } = ctx.models
  const old = { conversationId: null, createdAt: { $lt: new Date(ctx.now() - unsentForMs) } }
  const found = await media.find(old, { _id: 1 }).sort({ createdAt: 1 }).limit(perRound).lean()
  for (const { _id } of found) {
    // Unless it was sent this very moment.
    const { deletedCount } = await media.deleteOne({ _id, ...old })
    if (deletedCount > 0) await removeFile(ctx, _id)
  }
  return found.length
}
