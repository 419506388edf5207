import { Buffer } from 'node:buffer'
import { closeSync, fdatasync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { RECORD_HEAD_BYTES, recordsIn, writeRecordHead } from './records.ts'

/** One change of a table: a value put under a key, or the key removed. */
export interface JournalEntry { table: number, key: Buffer, value: Buffer | undefined }

const ENTRY_HEAD_BYTES = 9
const REMOVED = 0xFFFFFFFF
const GROWTH = 64 * 1024
/** A disk that syncs within this time is waited for by the thread itself: handing it to another thread and hearing from it takes as long. */
const SHORT_SYNC_MILLIS = 1

/**
 * What an open transaction has changed so far, as a file that is written from its beginning again after each transaction: a write that was
 * answered survives the end of the process by it, and once synced that of the machine, long before the transaction itself is on disk.
 * A record holds what was changed between two calls of `write`; one that was cut short, or belongs to an earlier transaction, ends the file.
 */
export class Journal {
  private readonly file: number
  private buffer = Buffer.allocUnsafe(GROWTH)
  private length = RECORD_HEAD_BYTES
  private position = 0
  private lastSync = 0
  private readonly now: () => number

  /** `now` is a clock in milliseconds, by which syncs are timed. */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.now = now
    closeSync(openSync(path, 'a', 0o600))
    // Opened for appending, a file takes no bytes at its beginning.
    this.file = openSync(path, 'r+')
  }

  /** Bytes noted or written for the open transaction. */
  get size(): number {
    return this.position + this.length - RECORD_HEAD_BYTES
  }

  /** Notes a change; `write` writes it. */
  add(table: number, key: Uint8Array, value: Uint8Array | undefined): void {
    this.reserve(ENTRY_HEAD_BYTES + key.length + (value?.length ?? 0))
    this.buffer[this.length] = table
    this.buffer.writeUInt32LE(key.length, this.length + 1)
    this.buffer.writeUInt32LE(value ? value.length : REMOVED, this.length + 5)
    this.buffer.set(key, this.length + ENTRY_HEAD_BYTES)
    this.length += ENTRY_HEAD_BYTES + key.length
    if (value) {
      this.buffer.set(value, this.length)
      this.length += value.length
    }
  }

  /** Writes what was noted, as part of the transaction of this number. It survives the end of the process from here on. */
  write(transaction: number): void {
    if (this.length === RECORD_HEAD_BYTES)
      return
    const record = this.buffer.subarray(0, this.length)
    writeRecordHead(record, [record.subarray(RECORD_HEAD_BYTES)], transaction)
    for (let written = 0; written < record.length;)
      written += writeSync(this.file, record, written, record.length - written, this.position + written)
    this.position += record.length
    this.length = RECORD_HEAD_BYTES
  }

  /** Forgets what was noted since the last `write`. */
  forget(): void {
    this.length = RECORD_HEAD_BYTES
  }

  /**
   * Brings what was written to disk, then calls `done`: before it returns where the last time took no longer than a millisecond, and else from another thread,
   * so that on a slow disk nobody's reads wait for the writes of others.
   */
  sync(done: (error: Error | null) => void): void {
    const begun = this.now()
    const ended = (error: Error | null): void => {
      this.lastSync = this.now() - begun
      done(error)
    }
    if (this.lastSync > SHORT_SYNC_MILLIS)
      fdatasync(this.file, ended)
    else
      ended(this.syncHere())
  }

  private syncHere(): Error | null {
    try {
      fdatasyncSync(this.file)
      return null
    }
    catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  /** Starts the file over: its transaction is on disk itself. */
  restart(): void {
    this.length = RECORD_HEAD_BYTES
    this.position = 0
    if (this.buffer.length > 64 * GROWTH)
      this.buffer = Buffer.allocUnsafe(GROWTH)
  }

  close(): void {
    closeSync(this.file)
  }

  private reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length)
      return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + extra))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }
}

/** What a journal holds of a transaction of this number, in its order. */
export function readJournal(path: string, transaction: number): JournalEntry[] {
  const entries: JournalEntry[] = []
  for (const { number, content } of recordsIn(readFileSync(path))) {
    if (number !== transaction)
      break
    readRecord(content, entries)
  }
  return entries
}

function readRecord(content: Buffer, entries: JournalEntry[]): void {
  let at = 0
  while (at < content.length) {
    const keyLength = content.readUInt32LE(at + 1)
    const valueLength = content.readUInt32LE(at + 5)
    const keyAt = at + ENTRY_HEAD_BYTES
    const valueAt = keyAt + keyLength
    const end = valueLength === REMOVED ? valueAt : valueAt + valueLength
    entries.push({ table: content[at]!, key: content.subarray(keyAt, valueAt), value: valueLength === REMOVED ? undefined : content.subarray(valueAt, end) })
    at = end
  }
}
