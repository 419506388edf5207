import type { Accepted } from '../parcels.ts'
import type { Group } from './contents.ts'
import type { Place } from './segment.ts'
import { join } from 'node:path'
import { makeDirectory } from '#datastore'
import { contentOf, groupIn } from './contents.ts'
import { Segment } from './segment.ts'

/** Deliveries on disk, in the order of their coming, until somebody else has them. */
export interface Spool {
  /** Resolves when the deliveries are on disk. @throws Error when the disk does not take them */
  append: (deliveries: readonly Accepted[]) => Promise<void>
  /** The oldest groups, as many as `suits` with the bytes and number of all of them; at least one, if there is one. @throws Error when the disk does not give them */
  oldest: (suits: (bytes: number, count: number) => boolean) => Promise<Group[]>
  /** So many of the oldest groups are not needed any more. */
  release: (groups: number) => void
  /** Deliveries in it. */
  count: () => number
  /** Bytes of them. */
  bytes: () => number
  close: () => void
}

interface Entry { segment: Segment, place: Place, count: number }

/** Bytes after which the other segment is begun, once nothing in it is needed. */
const segmentBytes = 4 * 1024 * 1024

/**
 * Opens the spool under `dir`, making it when missing, with what an earlier process left in it: two files that are written in turn, each from its beginning again once
 * nothing in it is needed. `now` is a clock in milliseconds since the epoch.
 * @throws the file system's errors
 */
export function openSpool(dir: string, now: () => number): Spool {
  makeDirectory(dir)
  const segments = [new Segment(join(dir, '0.log'), segmentBytes), new Segment(join(dir, '1.log'), segmentBytes)]
  const entries: Entry[] = segments
    .map(segment => segment.records().map(({ place, content }) => ({ segment, place, count: groupIn(content).deliveries.length })))
    .toSorted(([a], [b]) => (a?.segment.generation ?? 0) - (b?.segment.generation ?? 0))
    .flat()
  /** Records that are needed, those included that are just being written. */
  const held = new Map(segments.map(segment => [segment, entries.filter(entry => entry.segment === segment).length]))
  let count = entries.reduce((sum, entry) => sum + entry.count, 0)
  let bytes = entries.reduce((sum, { place }) => sum + place.bytes, 0)
  let latest = Math.max(...segments.map(({ generation }) => generation))
  let active = entries.at(-1)?.segment ?? startOver(segments[0]!)

  function startOver(segment: Segment): Segment {
    latest = Math.max(latest + 1, now())
    segment.begin(latest)
    return segment
  }

  /** Where the next group is written. */
  function current(): Segment {
    const other = segments.find(one => one !== active)
    if (other && active.end >= segmentBytes && held.get(other) === 0) active = startOver(other)
    return active
  }

  function letGo(segment: Segment): void {
    const left = held.get(segment)! - 1
    held.set(segment, left)
    if (left === 0) startOver(segment)
  }

  return {
    count: () => count,
    bytes: () => bytes,
    async append(deliveries) {
      const segment = current()
      held.set(segment, held.get(segment)! + 1)
      try {
        const place = await segment.append(contentOf(deliveries, now()))
        entries.push({ segment, place, count: deliveries.length })
        count += deliveries.length
        bytes += place.bytes
      }
      catch (error) {
        letGo(segment)
        throw error
      }
    },
    async oldest(suits) {
      const chosen: Entry[] = []
      let size = 0
      let number = 0
      for (const entry of entries) {
        size += entry.place.bytes
        number += entry.count
        if (chosen.length > 0 && !suits(size, number)) break
        chosen.push(entry)
      }
      const contents = await Promise.all(chosen.map(({ segment, place }) => segment.content(place)))
      return contents.map(groupIn)
    },
    release(groups) {
      for (const entry of entries.splice(0, groups)) {
        count -= entry.count
        bytes -= entry.place.bytes
        letGo(entry.segment)
      }
    },
    close() {
      for (const segment of segments) segment.close()
    },
  }
}
