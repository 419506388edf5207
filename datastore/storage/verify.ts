import type { Collection } from './collection.ts'
import type { IndexDefinition } from './index-definition.ts'
import type { Readable } from './read-view.ts'
import { Buffer } from 'node:buffer'
import { validateDocument } from '../bson/layout.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { prefixed } from './environment.ts'
import { encodeId } from './keys.ts'
import { scanRange } from './scan.ts'
import { openSeal } from './sealed.ts'

/** What a collection is to hold at the moment that is read. */
export interface Expectation { collection: Collection, count: number, indexes: readonly IndexDefinition[] }

/** More disagreements than this are not listed. */
const MOST_PROBLEMS = 100
const PAUSE_EVERY = 64
const NO_BYTES = new Uint8Array()

/** What the collection says of itself now. */
export function expectationOf(collection: Collection): Expectation {
  return { collection, count: collection.count, indexes: collection.indexes }
}

/**
 * Compares a collection's documents, indexes and counter, offering to pause now and then. Each document must be whole and lie under its `_id`, each of its
 * entries must be there, and there must be no others.
 * @returns one sentence for each disagreement; none when all is well
 */
export function* verifyCollection(from: Readable, { collection, count, indexes }: Expectation): Generator<null, string[]> {
  const problems: string[] = []
  const { namespace, number } = collection
  const wanted = new Map(indexes.map(({ number }) => [number, 0]))
  let found = 0
  for (const { key, value } of scanRange(from.documents, { from: prefixed(number, NO_BYTES), to: prefixed(number + 1, NO_BYTES) }, false)) {
    if (++found % PAUSE_EVERY === 0)
      yield null
    if (problems.length >= MOST_PROBLEMS)
      break
    const document = wholeDocument(value)
    if (!document || !prefixed(number, encodeId(document.get('_id'))).equals(key)) {
      problems.push(`${namespace} holds a damaged document under the key ${key.toString('hex', 4, 36)}`)
      continue
    }
    for (const entry of collection.entriesOf(document, indexes)) {
      wanted.set(entry.index.number, wanted.get(entry.index.number)! + 1)
      const held = from.indexes.getBinary(entry.key)
      if (!held || Buffer.compare(held, entry.id) !== 0)
        problems.push(`${namespace} index ${entry.index.name} lacks an entry of a document`)
    }
  }
  if (problems.length >= MOST_PROBLEMS)
    return problems
  if (found !== count)
    problems.push(`${namespace} holds ${found} documents but counts ${count}`)
  for (const index of indexes) {
    const entries = from.indexes.getKeysCount({ start: prefixed(index.number, NO_BYTES), end: prefixed(index.number + 1, NO_BYTES) })
    if (entries !== wanted.get(index.number))
      problems.push(`${namespace} index ${index.name} has ${entries} entries where the documents give ${wanted.get(index.number)}`)
  }
  return problems
}

/** The document that some stored bytes are, or undefined when they are none. */
function wholeDocument(stored: Buffer): StoredDocument | undefined {
  const bytes = openSeal(stored)
  if (!bytes)
    return undefined
  try {
    return validateDocument(bytes, 0, bytes.length) === bytes.length ? new StoredDocument(bytes) : undefined
  }
  catch {
    return undefined
  }
}

/** Verifies without pausing. */
export function verifyAtOnce(from: Readable, collections: readonly Collection[]): string[] {
  return collections.flatMap((collection) => {
    const steps = verifyCollection(from, expectationOf(collection))
    for (;;) {
      const step = steps.next()
      if (step.done)
        return step.value
    }
  })
}
