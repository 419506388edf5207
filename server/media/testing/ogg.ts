import { Buffer } from 'node:buffer'

/** A page of an Ogg file as a reader meets it (RFC 3533, 6). */
export interface ReadPage { version: number, first: boolean, continued: boolean, last: boolean, granule: bigint, serial: number, sequence: number, checksum: number, computed: number, packets: Buffer[], endsPacket: boolean }

/** The checksum bit by bit, as the RFC words it: polynomial 0x04C11DB7, begun at 0, nothing turned round. */
function bitwiseChecksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (sum >>> 31) ^ ((byte >> bit) & 1)
      sum = ((sum << 1) ^ (carry ? 0x04C11DB7 : 0)) >>> 0
    }
  }
  return sum
}

/** Takes an Ogg file apart; throws where it is none. */
export function readOgg(file: Buffer): ReadPage[] {
  const pages: ReadPage[] = []
  for (let at = 0; at < file.length;) {
    if (file.toString('latin1', at, at + 4) !== 'OggS') throw new Error(`no page at ${at}`)
    const count = file.readUInt8(at + 26)
    const lacing = [...file.subarray(at + 27, at + 27 + count)]
    const packets: Buffer[] = []
    let from = at + 27 + count
    let length = 0
    for (const piece of lacing) {
      length += piece
      if (piece === 255) continue
      packets.push(file.subarray(from, from + length))
      from += length
      length = 0
    }
    const end = from + length
    if (end > file.length) throw new Error('a page is cut off')
    const page = Buffer.from(file.subarray(at, end))
    page.writeUInt32LE(0, 22)
    const flags = file.readUInt8(at + 5)
    pages.push({
      version: file.readUInt8(at + 4),
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      granule: file.readBigInt64LE(at + 6),
      serial: file.readUInt32LE(at + 14),
      sequence: file.readUInt32LE(at + 18),
      checksum: file.readUInt32LE(at + 22),
      computed: bitwiseChecksum(page),
      packets,
      endsPacket: lacing.at(-1) !== 255,
    })
    at = end
  }
  return pages
}
