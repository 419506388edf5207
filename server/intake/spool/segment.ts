import { Buffer } from 'node:buffer'
import { closeSync, fdatasync, fstatSync, openSync, read, readSync, writeSync, writevSync } from 'node:fs'
import { promisify } from 'node:util'
import { RECORD_HEAD_BYTES, recordsIn, writeRecordHead } from '#datastore'

const emptyHead = Buffer.alloc(RECORD_HEAD_BYTES)
const readAsync = promisify(read)

/** One sync may begin while another is under way, so that what was written meanwhile does not wait for two. */
const mostSyncs = 2

/** Where the content of a record lies. */
export interface Place { at: number, bytes: number }

interface Waiting { resolve: () => void, reject: (error: Error) => void }

/**
 * A file of records that are appended, each on disk before its `append` resolves, until `begin` starts it over from its beginning. Generations, larger each time,
 * tell its records from those that an earlier one left further on in the file. A record that was cut short ends it.
 */
export class Segment {
  generation = 0
  /** Where the next record is written. */
  end = 0
  private readonly file: number
  private waiting: Waiting[] = []
  private syncs = 0
  private failure: Error | null = null

  /** Opens or makes the file. It is at least of this size, because a file that grows takes several times longer to sync. @throws the file system's errors */
  constructor(path: string, size: number) {
    closeSync(openSync(path, 'a', 0o600))
    // Opened for appending, a file takes no bytes at its beginning.
    this.file = openSync(path, 'r+')
    this.grow(size)
  }

  /** What records the file has when it was just opened. Appending goes on behind them. */
  records(): { place: Place, content: Buffer }[] {
    const bytes = Buffer.allocUnsafe(fstatSync(this.file).size)
    const file = bytes.subarray(0, readSync(this.file, bytes, 0, bytes.length, 0))
    const found: { place: Place, content: Buffer }[] = []
    for (const { number, at, content } of recordsIn(file)) {
      if (found.length === 0) this.generation = number
      if (number !== this.generation) break
      found.push({ place: { at, bytes: content.length }, content })
      this.end = at + content.length
    }
    return found
  }

  /** Starts the file over; what it holds is not found again. */
  begin(generation: number): void {
    writeSync(this.file, emptyHead, 0, RECORD_HEAD_BYTES, 0)
    this.generation = generation
    this.end = 0
  }

  /**
   * Appends a record of these bytes; resolves when it is on disk. Those that wait share the syncing.
   * @throws the file system's errors; after one of syncing, always: what the disk has from then on cannot be told
   */
  async append(content: readonly Uint8Array[]): Promise<Place> {
    if (this.failure) throw this.failure
    const head = Buffer.allocUnsafe(RECORD_HEAD_BYTES)
    const length = writeRecordHead(head, content, this.generation)
    if (writevSync(this.file, [head, ...content], this.end) < length) throw new Error('The disk took a part of a record only')
    const place = { at: this.end + RECORD_HEAD_BYTES, bytes: length - RECORD_HEAD_BYTES }
    this.end += length
    await new Promise<void>((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.sync()
    })
    return place
  }

  /** The content of a record. @throws the file system's errors */
  async content({ at, bytes }: Place): Promise<Buffer> {
    const content = Buffer.allocUnsafe(bytes)
    const { bytesRead } = await readAsync(this.file, content, 0, bytes, at)
    if (bytesRead < bytes) throw new Error('A part of a record is not there')
    return content
  }

  close(): void {
    closeSync(this.file)
  }

  private grow(size: number): void {
    const present = fstatSync(this.file).size
    try {
      if (present < size) writeSync(this.file, Buffer.alloc(size - present), 0, size - present, present)
    }
    catch (error) {
      // A full disk has no room for what only makes it faster.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }

  private sync(): void {
    if (this.syncs === mostSyncs || this.waiting.length === 0) return
    const these = this.waiting
    this.waiting = []
    this.syncs++
    fdatasync(this.file, (error) => {
      this.syncs--
      this.failure ??= error
      for (const { resolve, reject } of these) {
        if (this.failure) reject(this.failure)
        else resolve()
      }
      this.sync()
    })
  }
}
