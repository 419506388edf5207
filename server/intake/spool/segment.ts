import { Buffer } from 'node:buffer'
import { closeSync, fdatasync, fstatSync, openSync, readSync, writeSync, writevSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Bytes before each record: its length, its checksum, and the generation that it belongs to. */
const headBytes = 16
const emptyHead = Buffer.alloc(headBytes)

interface Waiting { resolve: () => void, reject: (error: Error) => void }

/**
 * A file of records that are appended, each on disk before its `append` resolves, until `begin` starts it over from its beginning. Generations, larger each time,
 * tell its records from those that an earlier one left further on in the file. A record that was cut short ends it.
 */
export class Segment {
  /** Records that are still needed. */
  held = 0
  generation = 0
  position = 0
  private readonly file: number
  private waiting: Waiting[] = []
  private syncing = false
  private failure: Error | null = null

  /** Opens or makes the file. It is at least of this size, because a file that grows takes several times longer to sync. @throws the file system's errors */
  constructor(path: string, size: number) {
    closeSync(openSync(path, 'a', 0o600))
    // Opened for appending, a file takes no bytes at its beginning.
    this.file = openSync(path, 'r+')
    const present = fstatSync(this.file).size
    if (present < size) writeSync(this.file, Buffer.alloc(size - present), 0, size - present, present)
  }

  /** What the file's records hold. Appending goes on behind them. */
  read(): Buffer[] {
    const bytes = Buffer.allocUnsafe(fstatSync(this.file).size)
    const file = bytes.subarray(0, readSync(this.file, bytes, 0, bytes.length, 0))
    const contents: Buffer[] = []
    this.position = 0
    while (this.position + headBytes <= file.length) {
      const length = file.readUInt32LE(this.position)
      const record = file.subarray(this.position, this.position + length)
      if (length <= headBytes || record.length < length || crc32(record.subarray(8)) !== record.readUInt32LE(4)) break
      const generation = record.readDoubleLE(8)
      if (contents.length === 0) this.generation = generation
      if (generation !== this.generation) break
      contents.push(record.subarray(headBytes))
      this.position += length
    }
    return contents
  }

  /** Starts the file over; whatever it holds is not read again. */
  begin(generation: number): void {
    writeSync(this.file, emptyHead, 0, headBytes, 0)
    this.generation = generation
    this.position = 0
  }

  /**
   * Resolves when a record of this content is on disk; those that wait share the syncing.
   * @throws the file system's errors; after one of syncing, always: what the disk has from then on cannot be told
   */
  async append(content: readonly Uint8Array[]): Promise<void> {
    if (this.failure) throw this.failure
    const length = content.reduce((sum, part) => sum + part.length, headBytes)
    const head = Buffer.allocUnsafe(headBytes)
    head.writeUInt32LE(length, 0)
    head.writeDoubleLE(this.generation, 8)
    head.writeUInt32LE(content.reduce((sum, part) => crc32(part, sum), crc32(head.subarray(8))), 4)
    if (writevSync(this.file, [head, ...content], this.position) < length) throw new Error('The disk took a part of a record only')
    this.position += length
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.sync()
    })
  }

  close(): void {
    closeSync(this.file)
  }

  private sync(): void {
    if (this.syncing || this.waiting.length === 0) return
    const these = this.waiting
    this.waiting = []
    this.syncing = true
    fdatasync(this.file, (error) => {
      this.syncing = false
      this.failure ??= error
      for (const { resolve, reject } of these) {
        if (this.failure) reject(this.failure)
        else resolve()
      }
      this.sync()
    })
  }
}
