import type { Table } from '../storage/environment.ts'
import type { LogEntry } from './entry.ts'
import type { Position } from './position.ts'
import { Buffer } from 'node:buffer'
import { decodeEntry, encodeEntry, entryMeasures } from './entry.ts'
import { BEGINNING, positionAfter, positionBytes } from './position.ts'

/** What bounds the log: the bytes of its entries, and how long an entry is kept. */
export interface LogLimits { maxBytes: number, maxAgeMillis: number }

/** An entry and its place. */
export interface PlacedEntry { position: Position, entry: LogEntry }

const ENTRIES = Buffer.from([1])
const AFTER_ENTRIES = Buffer.from([2])
const NOTES = Buffer.from([0])
const FLOOR = Buffer.from('\0floor')
/** How much is read at once, and how many entries one transaction prunes. */
const PIECE_ENTRIES = 256
const PIECE_BYTES = 1024 * 1024
const PRUNED_AT_ONCE = 1000
const PRUNED_BYTES = 8 * 1024 * 1024
/** Pruning for size goes on until this share of the limit is left, so that it is not needed again at once. */
const KEPT_SHARE = 0.9

/** The log of changes in their order. Its writing methods are called inside a write transaction only. */
export class ChangeLog {
  /** The last position that was given to a change. It only grows, also over a transaction that did not happen. */
  last: Position = BEGINNING
  /** The last position whose entry was pruned: what lies above it is complete. */
  floor: Position = BEGINNING
  private readonly table: Table
  private readonly limits: LogLimits
  /** The sizes of all entries ever, and of those that were pruned. */
  private written = 0
  private pruned = 0

  constructor(table: Table, limits: LogLimits) {
    this.table = table
    this.limits = limits
    this.load()
  }

  /** Reads where the log begins and ends: at the start, and after a transaction that did not happen. */
  load(): void {
    const floor = this.table.getBinary(FLOOR)
    this.floor = floor ? floor.readBigUInt64BE(0) : BEGINNING
    this.pruned = floor ? floor.readDoubleBE(8) : 0
    this.written = this.pruned
    let last = this.floor
    for (const { key, value } of this.table.getRange({ start: AFTER_ENTRIES, end: ENTRIES, reverse: true, limit: 1 })) {
      last = key.readBigUInt64BE(1)
      this.written = entryMeasures(value).total + value.length
    }
    if (last > this.last)
      this.last = last
  }

  /** The bytes of the entries that are kept. */
  get size(): number {
    return this.written - this.pruned
  }

  get isTooLarge(): boolean {
    return this.size > this.limits.maxBytes
  }

  /** Whether `prune` has something to remove. */
  isDue(now: Date): boolean {
    if (this.isTooLarge)
      return true
    const [oldest] = [...this.table.getRange({ start: ENTRIES, end: AFTER_ENTRIES, limit: 1 })]
    return oldest !== undefined && this.isTooOld(oldest.value, now)
  }

  /** Writes an entry after all others. @returns its position */
  append(entry: LogEntry): Position {
    const bytes = encodeEntry(entry, this.written)
    this.last = positionAfter(this.last, new Date(entry.wallTime))
    this.table.put(entryKey(this.last), bytes)
    this.written += bytes.length
    return this.last
  }

  /** The entry at a position, unless none is there. */
  at(position: Position): LogEntry | undefined {
    const bytes = this.table.getBinary(entryKey(position))
    return bytes && decodeEntry(bytes)
  }

  /** The next entries after a position, some at a time; empty at the end of the log. */
  after(position: Position): PlacedEntry[] {
    const piece: PlacedEntry[] = []
    let size = 0
    for (const { key, value } of this.table.getRange({ start: entryKey(position + 1n), end: AFTER_ENTRIES, limit: PIECE_ENTRIES })) {
      piece.push({ position: key.readBigUInt64BE(1), entry: decodeEntry(value) })
      size += value.length
      if (size >= PIECE_BYTES)
        break
    }
    return piece
  }

  /** Removes some of the oldest entries when the log is too large or they are too old. */
  prune(now: Date): void {
    const doomed: Buffer[] = []
    const enough = this.isTooLarge ? this.limits.maxBytes * KEPT_SHARE : Infinity
    let { pruned } = this
    for (const { key, value } of this.table.getRange({ start: ENTRIES, end: AFTER_ENTRIES, limit: PRUNED_AT_ONCE })) {
      if (this.written - pruned <= enough && !this.isTooOld(value, now))
        break
      doomed.push(Buffer.from(key))
      pruned += value.length
      if (pruned - this.pruned >= PRUNED_BYTES)
        break
    }
    if (doomed.length === 0)
      return
    for (const key of doomed)
      this.table.remove(key)
    this.pruned = pruned
    this.floor = doomed.at(-1)!.readBigUInt64BE(1)
    const floor = Buffer.alloc(16)
    positionBytes(this.floor).copy(floor)
    floor.writeDoubleBE(pruned, 8)
    this.table.put(FLOOR, floor)
  }

  private isTooOld(entry: Buffer, now: Date): boolean {
    return entryMeasures(entry).wallTime < now.getTime() - this.limits.maxAgeMillis
  }
}

function entryKey(position: Position): Buffer {
  return Buffer.concat([ENTRIES, positionBytes(position)])
}

/** The key of a note that is kept beside the entries. */
export function noteKey(name: string): Buffer {
  return Buffer.concat([NOTES, Buffer.from(name)])
}
