import type { Collection } from './collection.ts'
import type { Environment } from './environment.ts'
import { Buffer } from 'node:buffer'
import { StoredDocument } from '../bson/stored-document.ts'
import { prefixed } from './environment.ts'
import { scanRange } from './scan.ts'

/**
 * Compares a collection's indexes and counter with its documents.
 * @returns one sentence for each disagreement; none when all is well
 */
export function verifyCollection(environment: Environment, collection: Collection): string[] {
  const problems: string[] = []
  const none = new Uint8Array()
  const expected = new Map(collection.indexes.map(index => [index.name, new Map<string, string>()]))
  let count = 0
  for (const { value } of scanRange(environment.documents, { from: prefixed(collection.number, none), to: prefixed(collection.number + 1, none) }, false)) {
    count++
    for (const { index, key, id } of collection.entriesOf(new StoredDocument(value)))
      expected.get(index.name)!.set(key.toString('hex'), id.toString('hex'))
  }
  if (count !== collection.count)
    problems.push(`${collection.namespace} holds ${count} documents but counts ${collection.count}`)
  for (const index of collection.indexes) {
    const wanted = expected.get(index.name)!
    let entries = 0
    for (const { key, value } of scanRange(environment.indexes, { from: prefixed(index.number, none), to: prefixed(index.number + 1, none) }, false)) {
      entries++
      if (wanted.get(key.toString('hex')) !== Buffer.from(value).toString('hex'))
        problems.push(`${collection.namespace} index ${index.name} has an entry without a document`)
    }
    if (entries !== wanted.size)
      problems.push(`${collection.namespace} index ${index.name} has ${entries} entries where the documents give ${wanted.size}`)
  }
  return problems
}
