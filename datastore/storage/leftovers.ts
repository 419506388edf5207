import type { Environment } from './environment.ts'
import { Buffer } from 'node:buffer'
import { prefixed } from './environment.ts'

export type LeftTable = 'documents' | 'indexes'

const PREFIX = 'left\0'
const NO_BYTES = new Uint8Array()
const TABLE_BYTES = { documents: 0x64, indexes: 0x69 }
/** So many entries are removed at once, within a few milliseconds. */
const AT_ONCE = 500

/**
 * Entries that belong to nothing any more: of a dropped collection or index, or of an index whose building was broken off. They are noted in the catalogue and
 * removed little by little, after a restart too. Numbers are never used twice, so nobody meets them meanwhile. An index that is being built is noted from the
 * beginning and held; a crash then leaves it to be removed. Its writing methods are called inside a write transaction only.
 */
export class Leftovers {
  /** Called when there is something to remove. */
  onLeft: () => void = () => {}
  private readonly environment: Environment
  private readonly noted = new Map<string, { table: LeftTable, number: number }>()
  private readonly held = new Set<string>()

  constructor(environment: Environment) {
    this.environment = environment
  }

  /** Reads afresh what is noted on disk. */
  load(): void {
    this.noted.clear()
    for (const key of this.environment.catalogue.getKeys({ start: Buffer.from(PREFIX), end: Buffer.from('left\u0001') })) {
      const table = key[PREFIX.length] === TABLE_BYTES.documents ? 'documents' : 'indexes'
      this.noted.set(name(table, key.readUInt32BE(PREFIX.length + 1)), { table, number: key.readUInt32BE(PREFIX.length + 1) })
    }
  }

  /** Whether there is anything to remove. */
  get isPending(): boolean {
    return [...this.noted.keys()].some(key => !this.held.has(key))
  }

  /** Gives up the entries of a collection or index: a few are removed now, the rest soon. */
  leave(table: LeftTable, number: number): void {
    this.held.delete(name(table, number))
    if (this.removeSome(table, number))
      return this.forget(table, number)
    this.note(table, number)
    this.onLeft()
  }

  /** Notes an index that is begun, to be removed unless it is finished. */
  hold(table: LeftTable, number: number): void {
    this.held.add(name(table, number))
    this.note(table, number)
  }

  /** Lets go of what was held without having been finished. May be called outside a transaction. */
  release(table: LeftTable, number: number): void {
    this.held.delete(name(table, number))
    this.onLeft()
  }

  /** What was held has been finished: it stays. */
  forget(table: LeftTable, number: number): void {
    this.held.delete(name(table, number))
    if (this.noted.delete(name(table, number)))
      this.environment.catalogue.remove(noteKey(table, number))
  }

  /** Removes some of what is noted. */
  sweep(): void {
    for (const [key, { table, number }] of this.noted) {
      if (this.held.has(key))
        continue
      if (this.removeSome(table, number))
        this.forget(table, number)
      return
    }
  }

  private note(table: LeftTable, number: number): void {
    this.noted.set(name(table, number), { table, number })
    this.environment.catalogue.put(noteKey(table, number), Buffer.alloc(0))
  }

  /** @returns whether nothing is left */
  private removeSome(table: LeftTable, number: number): boolean {
    const range = { start: prefixed(number, NO_BYTES), end: prefixed(number + 1, NO_BYTES), limit: AT_ONCE }
    const keys = Array.from(this.environment[table].getKeys(range), key => Buffer.from(key))
    for (const key of keys)
      this.environment[table].remove(key)
    return keys.length < AT_ONCE
  }
}

function name(table: LeftTable, number: number): string {
  return `${table} ${number}`
}

function noteKey(table: LeftTable, number: number): Buffer {
  return Buffer.concat([Buffer.from(PREFIX), Buffer.from([TABLE_BYTES[table]]), prefixed(number, NO_BYTES)])
}
