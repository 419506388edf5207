import type { Delivery, Parcel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { WriteOptions } from '../platform/writes.ts'
import { insertTogether } from '../platform/writes.ts'
import { deliveryKey } from './delivery-key.ts'

/** A verified webhook that is to be stored. `digest` where the check of the signature has made one of the body. */
export interface Accepted { adapter: string, contentType: string, body: Buffer, digest?: Buffer | undefined }

/** A stored webhook as intake works on it. */
export interface StoredDelivery {
  id: string
  /** The parcel it came in, or null for one that was set aside and is tried again. */
  parcelId: string | null
  digest: Buffer
  adapter: string
  contentType: string
  body: Buffer
  receivedAt: Date
}

/** Deliveries in one parcel, at most. */
export const mostTogether = 64
/** Bytes of deliveries in one parcel, at most; one that is larger has its own. */
export const mostBytesTogether = 1024 * 1024

/** Parcels that are read at once: mostly all there are, and not much more than a batch takes when there are many full ones. */
const readTogether = 8
/** Other processes may store some of the same deliveries meanwhile; each try leaves those out that are known by then. */
const mostTries = 5

const keyOf = (bytes: Buffer): string => bytes.toString('latin1')

/** Bytes as a Buffer, however the driver hands them over. */
export function bytesOf(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value
  const { buffer } = value as { buffer: Uint8Array }
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/**
 * Stores deliveries, received at this time (milliseconds since the epoch), as one parcel, without those that were stored before. Doing it again changes nothing.
 * @throws WriteRefused, or the driver's errors
 */
export async function storeParcel(ctx: Pick<Context, 'models' | 'newId'>, deliveries: readonly Accepted[], receivedAt: number, options: WriteOptions): Promise<void> {
  const { parcels } = ctx.models
  let rest = [...new Map(deliveries.map(({ adapter, contentType, body, digest }) => {
    const key = deliveryKey(adapter, body, digest)
    return [keyOf(key), { adapter, contentType, body, digest: key }]
  })).values()]
  for (let tries = 0; rest.length > 0; tries++) {
    const parcel = {
      _id: ctx.newId(),
      digests: rest.map(({ digest }) => digest),
      deliveries: rest.map(({ adapter, contentType, body }) => ({ adapter, contentType, body })),
      receivedAt: new Date(receivedAt),
      state: 'stored',
    }
    if ((await insertTogether(parcels, [parcel], options)).length === 0) return
    if (tries === mostTries) throw new Error('Deliveries that are not stored are said to be')
    // One of them that is known refuses the whole parcel.
    const known = await knownOf(ctx, rest)
    rest = rest.filter(({ digest }) => !known.has(keyOf(digest)))
  }
}

async function knownOf({ models }: Pick<Context, 'models'>, deliveries: readonly { digest: Buffer }[]): Promise<Set<string>> {
  const found = await models.parcels.collection.find<Pick<Parcel, 'digests'>>({ digests: { $in: deliveries.map(({ digest }) => digest) } }, { projection: { digests: 1 } }).toArray()
  return new Set(found.flatMap(({ digests }) => digests.map(digest => keyOf(bytesOf(digest)))))
}

function unpacked(parcel: Parcel): StoredDelivery[] {
  return parcel.deliveries.map(({ adapter, contentType, body }, place) => ({
    id: `${parcel._id}-${place}`,
    parcelId: parcel._id,
    digest: bytesOf(parcel.digests[place]),
    adapter,
    contentType,
    body: bytesOf(body),
    receivedAt: parcel.receivedAt,
  }))
}

async function setAsideOnes({ models }: Pick<Context, 'models'>, most: number): Promise<StoredDelivery[]> {
  const found = await models.deliveries.find({ state: 'stored' }).sort({ state: 1, _id: 1 }).limit(most).lean<Delivery[]>()
  return found.map(({ _id, digest, adapter, contentType, body, receivedAt }) => ({ id: _id, parcelId: null, digest: bytesOf(digest), adapter, contentType, body: bytesOf(body), receivedAt }))
}

/**
 * The deliveries that wait, oldest first, in groups that are done together: those that are tried again one by one, then whole parcels, until there are
 * `most` of them or more. Deliveries with an id in `atWork`, and the rest of their parcels, are left out.
 */
export async function waitingDeliveries(ctx: Pick<Context, 'models'>, most: number, atWork: readonly StoredDelivery[]): Promise<StoredDelivery[][]> {
  const busy = new Set(atWork.map(({ id, parcelId }) => parcelId ?? id))
  const again = await setAsideOnes(ctx, most + atWork.length)
  const groups = again.filter(({ id }) => !busy.has(id)).map(one => [one])
  let count = groups.length
  const parcels = ctx.models.parcels.collection.find<Parcel>({ state: 'stored' }).sort({ state: 1, _id: 1 }).batchSize(readTogether)
  for await (const parcel of parcels) {
    if (count >= most) break
    if (busy.has(parcel._id)) continue
    groups.push(unpacked(parcel))
    count += parcel.deliveries.length
  }
  return groups
}
