import type { OggPage } from './ogg.ts'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { encodeOgg, fitsPage } from './ogg.ts'
import { opusRate, packetSamples } from './packets.ts'
import { opusOfWebm } from './webm.ts'

const headBytes = 19
/** A page holds about this much sound, so that a player can find its way (RFC 7845, 4). */
const pageSamples = opusRate

/** The head of a mono stream: decoders mix down what was recorded on two channels (RFC 7845, 5.1), and WhatsApp takes voice notes in mono only. Null for what is no head. */
function monoHead(head: Uint8Array): Buffer | null {
  const made = Buffer.from(head.subarray(0, headBytes))
  const channels = head[9] ?? 0
  const simple = made.length === headBytes && made.toString('latin1', 0, 8) === 'OpusHead' && (made[8]! & 0xF0) === 0 && (channels === 1 || channels === 2) && made[18] === 0
  if (!simple) return null
  made[9] = 1
  return made
}

/** The comments that every stream has to have; none but who wrote it (RFC 7845, 5.2). */
function tags(): Buffer {
  const vendor = Buffer.from('Loupe')
  const length = Buffer.alloc(4)
  length.writeUInt32LE(vendor.length)
  return Buffer.concat([Buffer.from('OpusTags'), length, vendor, Buffer.alloc(4)])
}

/** Packets on pages of about a second; positions count samples to the end of each page. Null when something is no packet, or too large for a page. */
function soundPages(packets: readonly Uint8Array[]): OggPage[] | null {
  const pages: OggPage[] = []
  let waiting: Uint8Array[] = []
  let samples = 0
  let position = 0n
  const flush = () => {
    if (waiting.length === 0) return
    position += BigInt(samples)
    pages.push({ packets: waiting, granule: position })
    waiting = []
    samples = 0
  }
  for (const packet of packets) {
    const length = packetSamples(packet)
    if (length === null || !fitsPage([packet])) return null
    if (samples + length > pageSamples || !fitsPage([...waiting, packet])) flush()
    waiting.push(packet)
    samples += length
  }
  flush()
  return pages
}

/**
 * The Opus sound of a WebM file in an Ogg file, packet by packet as it was recorded: nothing is decoded, nothing is lost. The same bytes give the same file.
 * Null for bytes that are no WebM file with Opus. Source: RFC 7845.
 */
export function oggOfWebm(webm: Uint8Array): Uint8Array | null {
  const sound = opusOfWebm(webm)
  const head = sound && monoHead(sound.head)
  const pages = sound && soundPages(sound.packets)
  if (!head || !pages) return null
  const serial = createHash('sha256').update(webm).digest().readUInt32LE(0)
  return encodeOgg([{ packets: [head], granule: 0n }, { packets: [tags()], granule: 0n }, ...pages], serial)
}
