import { Buffer } from 'node:buffer'

/** One page: packets that are whole on it, and the position after the last of them. */
export interface OggPage { packets: readonly Uint8Array[], granule: bigint }

const headerBytes = 27
/** Most pieces of 255 bytes that a page has room for; a packet whose length is a multiple of 255 needs one more, empty piece to end it. */
const mostSegments = 255

/** Checksum table for the polynomial 0x04C11DB7, most significant bit first, without reflection (RFC 3533, 6). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04C11DB7 : value << 1
  return value >>> 0
})

/** Checksum of a page whose own checksum field is zero. */
export function oggChecksum(page: Uint8Array): number {
  let sum = 0
  for (const byte of page) sum = ((sum << 8) ^ table[((sum >>> 24) ^ byte) & 0xFF]!) >>> 0
  return sum
}

/** Pieces that a packet takes on a page. */
export const segmentsOf = (packet: Uint8Array): number => Math.floor(packet.length / 255) + 1

/** Whether packets fit one page together. */
export function fitsPage(packets: readonly Uint8Array[]): boolean {
  return packets.reduce((sum, packet) => sum + segmentsOf(packet), 0) <= mostSegments
}

function encodePage({ packets, granule }: OggPage, serial: number, sequence: number, isFirst: boolean, isLast: boolean): Buffer {
  const segments = packets.flatMap(packet => [...Array.from({ length: segmentsOf(packet) - 1 }, () => 255), packet.length % 255])
  const page = Buffer.concat([Buffer.alloc(headerBytes), Buffer.from(segments), ...packets])
  page.write('OggS', 0, 'latin1')
  page.writeUInt8((isFirst ? 2 : 0) | (isLast ? 4 : 0), 5)
  page.writeBigInt64LE(granule, 6)
  page.writeUInt32LE(serial, 14)
  page.writeUInt32LE(sequence, 18)
  page.writeUInt8(segments.length, 26)
  page.writeUInt32LE(oggChecksum(page), 22)
  return page
}

/** A whole Ogg stream of one logical bitstream: pages numbered from 0, the first and the last marked as such. No page may hold more than fits it. Source: RFC 3533. */
export function encodeOgg(pages: readonly OggPage[], serial: number): Buffer {
  return Buffer.concat(pages.map((page, i) => encodePage(page, serial, i, i === 0, i === pages.length - 1)))
}
