import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { fail } from '../errors.ts'

/** How much longer what is stored is than the document. */
export const SEAL_BYTES = 4
/** The length and the end of a document without fields. */
const SHORTEST = 5

/** A document's bytes as they are stored: with their checksum after them. */
export function seal(bytes: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(bytes.length + SEAL_BYTES)
  sealed.set(bytes, 0)
  sealed.writeUInt32LE(crc32(bytes), bytes.length)
  return sealed
}

/** The document's bytes in what was stored, or undefined when they are not as they were written. Bytes of a store from before there were checksums have none. */
export function openSeal(stored: Buffer): Buffer | undefined {
  if (stored.length < SHORTEST)
    return undefined
  const length = stored.readInt32LE(0)
  if (stored.length === length)
    return stored.at(-1) === 0 && !isSealedOtherwise(stored) ? stored : undefined
  if (stored.length !== length + SEAL_BYTES)
    return undefined
  const bytes = stored.subarray(0, length)
  return crc32(bytes) === stored.readUInt32LE(length) ? bytes : undefined
}

/** Whether it is only its length, with one bit changed, that makes a sealed document look like one without a checksum. */
function isSealedOtherwise(stored: Buffer): boolean {
  const bytes = Buffer.from(stored.subarray(0, -SEAL_BYTES))
  bytes.writeInt32LE(bytes.length, 0)
  return crc32(bytes) === stored.readUInt32LE(bytes.length)
}

/** As `openSeal`. @throws DatastoreError DataCorruptionDetected (246) */
export function unseal(stored: Buffer): Buffer {
  return openSeal(stored) ?? fail('DataCorruptionDetected', 'A document is not as it was written: the store\'s file is damaged. What else is in it can still be read.')
}
