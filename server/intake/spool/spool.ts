import type { Accepted } from '../parcels.ts'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { z } from 'zod'
import { makeDirectory } from '#datastore'
import { Segment } from './segment.ts'

/** A delivery that is on disk on its way to the store. */
export interface Spooled {
  delivery: Accepted
  /** Milliseconds since the epoch. */
  receivedAt: number
  segment: Segment
}

/** Deliveries on their way to the store, on disk. */
export interface Spool {
  /** What an earlier process accepted and did not hand on, oldest first. */
  left: readonly Spooled[]
  /** Resolves when the deliveries are on disk. @throws Error when the disk does not take them */
  append: (deliveries: readonly Accepted[]) => Promise<Spooled[]>
  /** The store has these: the spool need not keep them. */
  release: (spooled: readonly Spooled[]) => void
  close: () => void
}

/** Bytes after which the other segment is begun, once nothing in it is needed. */
const segmentBytes = 4 * 1024 * 1024

/** What is written before the bodies of deliveries that were accepted together. */
const List = z.object({
  receivedAt: z.number(),
  deliveries: z.array(z.object({ adapter: z.string(), contentType: z.string(), bytes: z.number(), digest: z.base64().optional() })),
})

function contentOf(deliveries: readonly Accepted[], receivedAt: number): Buffer[] {
  const list: z.input<typeof List> = { receivedAt, deliveries: deliveries.map(({ adapter, contentType, body, digest }) => ({ adapter, contentType, bytes: body.length, digest: digest?.toString('base64') })) }
  const text = Buffer.from(JSON.stringify(list))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32LE(text.length)
  return [length, text, ...deliveries.map(({ body }) => body)]
}

function spooledIn(content: Buffer, segment: Segment): Spooled[] {
  let at = 4 + content.readUInt32LE()
  const { receivedAt, deliveries } = List.parse(JSON.parse(content.toString('utf8', 4, at)))
  return deliveries.map(({ adapter, contentType, bytes, digest }) => ({
    delivery: { adapter, contentType, body: content.subarray(at, at += bytes), digest: digest === undefined ? undefined : Buffer.from(digest, 'base64') },
    receivedAt,
    segment,
  }))
}

/**
 * Opens the spool under `dir`, making it when missing: two files that are written in turn, each from its beginning again once everything in it was handed on.
 * `now` is a clock in milliseconds since the epoch.
 * @throws the file system's errors
 */
export function openSpool(dir: string, now: () => number): Spool {
  makeDirectory(dir)
  const segments = [new Segment(join(dir, '0.log'), segmentBytes), new Segment(join(dir, '1.log'), segmentBytes)]
  const left = segments
    .map(segment => segment.read().flatMap(content => spooledIn(content, segment)))
    .toSorted(([a], [b]) => (a?.segment.generation ?? 0) - (b?.segment.generation ?? 0))
    .flat()
  for (const { segment } of left) segment.held++
  let latest = Math.max(...segments.map(({ generation }) => generation))
  let active = left.at(-1)?.segment ?? startOver(segments[0]!)

  function startOver(segment: Segment): Segment {
    latest = Math.max(latest + 1, now())
    segment.begin(latest)
    return segment
  }

  /** Where the next deliveries are written. */
  function current(): Segment {
    const other = segments.find(one => one !== active)
    if (active.position >= segmentBytes && other?.held === 0) active = startOver(other)
    return active
  }

  function letGo(segment: Segment, count: number): void {
    segment.held -= count
    if (segment.held === 0) startOver(segment)
  }

  return {
    left,
    async append(deliveries) {
      const segment = current()
      const receivedAt = now()
      segment.held += deliveries.length
      try { await segment.append(contentOf(deliveries, receivedAt)) }
      catch (error) {
        letGo(segment, deliveries.length)
        throw error
      }
      return deliveries.map(delivery => ({ delivery, receivedAt, segment }))
    },
    release(spooled) {
      for (const { segment } of spooled) letGo(segment, 1)
    },
    close() {
      for (const segment of segments) segment.close()
    },
  }
}
