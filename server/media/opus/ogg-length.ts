import { Buffer } from 'node:buffer'
import { opusRate } from './packets.ts'

/** Where the head's count of samples to leave out stands, from the beginning of its page: 27 bytes of header, one of segments, ten of head. */
const headAt = 28
const preSkipAt = headAt + 10

/**
 * Length in seconds of an Ogg file with Opus: its last page names the position of its end. Null for any other file, and for one whose pages name none. Source:
 * RFC 7845, 4.
 */
export function oggSeconds(bytes: Uint8Array): number | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.toString('latin1', 0, 4) !== 'OggS' || file.toString('latin1', headAt, headAt + 8) !== 'OpusHead' || file.length < preSkipAt + 2) return null
  const preSkip = file.readUInt16LE(preSkipAt)
  for (let at = file.lastIndexOf('OggS'); at > 0; at = file.lastIndexOf('OggS', at - 1)) {
    if (at + 14 > file.length) continue
    const end = file.readBigInt64LE(at + 6)
    // −1: no packet ends on this page.
    if (end < 0n) continue
    const seconds = Number(end - BigInt(preSkip)) / opusRate
    return seconds > 0 && seconds < 86_400 ? Math.round(seconds * 100) / 100 : null
  }
  return null
}
