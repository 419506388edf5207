import type { Transaction } from 'lmdb'
import type { Buffer } from 'node:buffer'
import type { Collection } from './collection.ts'
import type { Environment, Table } from './environment.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { prefixed } from './environment.ts'
import { unseal } from './sealed.ts'

/** The ways of reading a table. */
export type ReadTable = Pick<Table, 'getRange' | 'getKeys' | 'getKeysCount' | 'getBinary'>

/** What is read from: the store as it is, or as it was at some moment. */
export interface Readable {
  documents: ReadTable
  indexes: ReadTable
  /** Counts the transactions that are seen. */
  version: number
}

/** How many moments are held at a time. LMDB has places for 126 readers, and each keeps pages from being used again. */
const MOST_HELD = 32
const held = new WeakMap<Environment, number>()

/**
 * The store as it is until `hold` is called, and from then on as it was at that moment, whatever is written meanwhile: a scan that gives way to
 * others holds before it does. Not for use inside a write transaction.
 */
export class ReadView implements Readable {
  readonly documents: ReadTable
  readonly indexes: ReadTable
  private readonly environment: Environment
  private transaction: Transaction | undefined
  private seen = 0

  constructor(environment: Environment) {
    this.environment = environment
    const at = (): Transaction | undefined => this.transaction
    this.documents = viewOf(environment.documents, environment.held.documents, at)
    this.indexes = viewOf(environment.indexes, environment.held.indexes, at)
  }

  get version(): number {
    return this.transaction ? this.seen : this.environment.version
  }

  /**
   * Keeps this moment. When too many are held already, the view stays at the present.
   * @param then called at the very moment that is held
   * @returns whether the moment is held
   */
  async hold(then: () => void = () => {}): Promise<boolean> {
    if (this.transaction)
      return true
    // What is open is not seen by a moment that is held; nothing is written between its end and the next line but one.
    await this.environment.settle()
    const others = held.get(this.environment) ?? 0
    if (others >= MOST_HELD)
      return false
    this.seen = this.environment.version
    this.transaction = this.environment.held.documents.useReadTransaction()
    held.set(this.environment, others + 1)
    then()
    return true
  }

  /** Lets the moment go. */
  release(): void {
    if (!this.transaction)
      return
    this.transaction.done()
    this.transaction = undefined
    held.set(this.environment, held.get(this.environment)! - 1)
  }
}

/** Reads the present from one table, and a held moment from the other. */
function viewOf(present: Table, held: Table, at: () => Transaction | undefined): ReadTable {
  const placed = <T extends object | undefined>(options: T): T => {
    const transaction = at()
    return transaction ? { ...options, transaction } : options
  }
  const table = (): Table => at() ? held : present
  return {
    getRange: options => table().getRange(placed(options)),
    getKeys: options => table().getKeys(placed(options)),
    getKeysCount: options => table().getKeysCount(placed(options)),
    getBinary: (key) => {
      const transaction = at()
      return transaction ? held.get(key, { transaction }) : present.getBinary(key)
    },
  }
}

/** The document of a collection under an `_id` key (`encodeId`), or undefined. */
export function readDocument(from: Readable, collection: Collection, idKey: Buffer): StoredDocument | undefined {
  const bytes = from.documents.getBinary(prefixed(collection.number, idKey))
  return bytes && new StoredDocument(unseal(bytes))
}
