import { ebmlElements, readTrackNumber } from './ebml.ts'

/** Source: Matroska, Element specifications (RFC 9559, 5). */
const ids = {
  segment: 0x18538067,
  tracks: 0x1654AE6B,
  trackEntry: 0xAE,
  trackNumber: 0xD7,
  codecId: 0x86,
  codecPrivate: 0x63A2,
  cluster: 0x1F43B675,
  blockGroup: 0xA0,
  block: 0xA1,
  simpleBlock: 0xA3,
} as const
const masters: ReadonlySet<number> = new Set([ids.segment, ids.tracks, ids.trackEntry, ids.cluster, ids.blockGroup])

/** Bits of a block's flags that say that several frames share it. */
const lacing = 0x06

interface Track { number: number, codec: string, head: Uint8Array | null }

const uint = (bytes: Uint8Array) => bytes.reduce((value, byte) => value * 256 + byte, 0)

/** The sound of a WebM file: the head that its track carries (`OpusHead`, RFC 7845, 5.1) and its packets in their order. */
export interface OpusSound { head: Uint8Array, packets: Uint8Array[] }

/**
 * Reads the first Opus track of a WebM file, as browsers record it. A recording that was cut off gives what is whole. Null for bytes that are no WebM file, hold
 * no Opus, or put several frames into one block, which no recorder does.
 */
export function opusOfWebm(bytes: Uint8Array): OpusSound | null {
  let track: Track | null = null
  let chosen: Track | null = null
  const packets: Uint8Array[] = []
  for (const { id, start, end } of ebmlElements(bytes, masters)) {
    const data = bytes.subarray(start, end)
    if (id === ids.trackEntry) track = { number: 0, codec: '', head: null }
    if (track && !chosen) {
      if (id === ids.trackNumber) track.number = uint(data)
      if (id === ids.codecId) track.codec = String.fromCharCode(...data.subarray(0, 32))
      if (id === ids.codecPrivate) track.head = data
      if (track.codec === 'A_OPUS' && track.number > 0 && track.head) chosen = track
    }
    if (id !== ids.simpleBlock && id !== ids.block) continue
    const number = readTrackNumber(data, 0)
    if (!chosen?.head || number?.value !== chosen.number) continue
    // After the number come two bytes of time and one of flags.
    const flags = data[number.length + 2]
    if (flags === undefined || (flags & lacing) !== 0) return null
    packets.push(data.subarray(number.length + 3))
  }
  return chosen?.head && packets.length > 0 ? { head: chosen.head, packets } : null
}
