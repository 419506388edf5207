import type { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

/** Bytes before each record of a file that is written in order: its length with them, a checksum of all that follows, and the number of what it belongs to. */
export const RECORD_HEAD_BYTES = 16

/** Writes the head of a record with this content, which may come in parts, into the first bytes of `head`. @returns the bytes of the whole record */
export function writeRecordHead(head: Buffer, content: readonly Uint8Array[], number: number): number {
  const length = content.reduce((sum, part) => sum + part.length, RECORD_HEAD_BYTES)
  head.writeUInt32LE(length, 0)
  head.writeDoubleLE(number, 8)
  head.writeUInt32LE(content.reduce((sum, part) => crc32(part, sum), crc32(head.subarray(8, RECORD_HEAD_BYTES))), 4)
  return length
}

/** The records at the beginning of a file's bytes, in their order and of one number each, until one that was cut short or is damaged; `at` is where its content lies. */
export function* recordsIn(file: Buffer): Generator<{ number: number, at: number, content: Buffer }> {
  for (let begin = 0; begin + RECORD_HEAD_BYTES <= file.length;) {
    const length = file.readUInt32LE(begin)
    const record = file.subarray(begin, begin + length)
    if (length <= RECORD_HEAD_BYTES || record.length < length || crc32(record.subarray(8)) !== record.readUInt32LE(4))
      return
    yield { number: record.readDoubleLE(8), at: begin + RECORD_HEAD_BYTES, content: record.subarray(RECORD_HEAD_BYTES) }
    begin += length
  }
}
