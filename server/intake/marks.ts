import type { Context } from '../platform/context.ts'
import type { StoredDelivery } from './parcels.ts'
import type { Taken } from './take-in.ts'
import { derived } from '../platform/database.ts'
import { insertMissing } from '../platform/writes.ts'

/** Code of a delivery that can be read and could not be worked on. */
export const intakeFailed = 'intake_failed'

const standingAlone = ({ id: _id, digest, adapter, contentType, body, receivedAt }: StoredDelivery) => ({ _id, digest, adapter, contentType, body, bytes: body.length, receivedAt })

/** Sets a delivery aside for one more time that it could not be worked on. @returns how many times that makes */
export async function countFailure({ models }: Context, delivery: StoredDelivery): Promise<number> {
  const { _id, ...rest } = standingAlone(delivery)
  const found = await models.deliveries.findOneAndUpdate(
    { _id },
    { $inc: { attempts: 1 }, $set: { error: intakeFailed }, $setOnInsert: { ...rest, state: 'failed' } },
    { upsert: true, returnDocument: 'after', lean: true },
  )
  return found?.attempts ?? 1
}

async function keepFailed({ models, log }: Context, failed: readonly Taken[]): Promise<void> {
  if (failed.length === 0) return
  const known = await insertMissing(models.deliveries, failed.map(({ delivery, error }) => ({ ...standingAlone(delivery), state: 'failed', attempts: 1, error })), derived)
  const again = failed.filter((_, place) => known.has(place))
  // A try that failed for a reason of our own is counted already.
  for (const { delivery: { id }, error } of again) await models.deliveries.updateOne({ _id: id }, { $set: { state: 'failed', error }, $inc: { attempts: error === intakeFailed ? 0 : 1 } }, derived)
  for (const { delivery: { id, adapter }, error } of failed) log.error({ deliveryId: id, adapter, code: error }, 'a delivery cannot be understood and is kept')
}

/**
 * Marks deliveries, whole parcels of them, as done; what could not be understood or worked on is set aside first, and stays. `suspect` says that some may
 * have been set aside by an earlier try.
 */
export async function mark(ctx: Context, taken: readonly Taken[], suspect: boolean): Promise<void> {
  const { parcels, deliveries } = ctx.models
  await keepFailed(ctx, taken.filter(({ error }) => error !== null))
  const done = taken.filter(({ error }) => error === null).map(({ delivery }) => delivery)
  const change = { $set: { state: 'done', doneAt: new Date(ctx.now()) } }
  const alone = done.filter(({ parcelId }) => suspect || parcelId === null).map(({ id }) => id)
  if (alone.length > 0) await deliveries.updateMany({ _id: { $in: alone } }, { $set: { ...change.$set, error: null }, $inc: { attempts: 1 } }, derived)
  const parcelIds = [...new Set(taken.flatMap(({ delivery: { parcelId } }) => parcelId ?? []))]
  if (parcelIds.length > 0) await parcels.updateMany({ _id: { $in: parcelIds } }, change, derived)
}
