import type { Readable, ReadTable } from '../storage/read-view.ts'
import type { Entry, KeyRange } from '../storage/scan.ts'
import type { Candidate } from './candidates.ts'
import type { DocumentStream, PreparedQuery, ScanCounts } from './plan.ts'
import { Buffer } from 'node:buffer'
import { StoredDocument } from '../bson/stored-document.ts'
import { prefixed } from '../storage/environment.ts'
import { readDocument } from '../storage/read-view.ts'
import { scanRange } from '../storage/scan.ts'
import { unseal } from '../storage/sealed.ts'
import { PAUSE } from './plan.ts'

const NO_BYTES = new Uint8Array()
/** A scan that finds nothing offers to pause after so many documents. */
const PAUSE_EVERY = 64

/** The matching documents of a whole collection, by `_id`. */
export function* scanCollection(environment: Readable, prepared: PreparedQuery, reverse: boolean, counts: ScanCounts): DocumentStream {
  const { collection, matches, matchesAll } = prepared
  const range = { from: prefixed(collection.number, NO_BYTES), to: prefixed(collection.number + 1, NO_BYTES) }
  for (const { value } of scanRange(environment.documents, range, reverse)) {
    const document = new StoredDocument(unseal(value))
    counts.docsExamined++
    if (matchesAll || matches(document))
      yield document
    else if (counts.docsExamined % PAUSE_EVERY === 0)
      yield PAUSE
  }
}

/** The matching documents that an index leads to, in the index's order, each once. */
export function* scanIndex(environment: Readable, prepared: PreparedQuery, candidate: Candidate, counts: ScanCounts): DocumentStream {
  const { collection, matches } = prepared
  const seen = candidate.multikey ? new Set<string>() : undefined
  const started = environment.version
  for (const entry of entriesOf(environment, candidate)) {
    counts.keysExamined++
    if (seen) {
      const id = entry.value.toString('latin1')
      if (seen.has(id))
        continue
      seen.add(id)
    }
    const document = candidate.primary ? new StoredDocument(unseal(entry.value)) : readDocument(environment, collection, entry.value)
    // Entries are read ahead; one that a write has overtaken may lead to a document that no longer belongs here.
    if (document) {
      counts.docsExamined++
      if ((candidate.exact && started === environment.version) || matches(document)) {
        yield document
        continue
      }
    }
    if (counts.keysExamined % PAUSE_EVERY === 0)
      yield PAUSE
  }
}

function entriesOf(environment: Readable, candidate: Candidate): Iterable<Entry> {
  const table = candidate.primary ? environment.documents : environment.indexes
  const streams = candidate.groups.map(({ ranges }) => concatenated(candidate.reverse ? [...ranges].reverse() : ranges, range => scanRange(table, range, candidate.reverse)))
  if (streams.length === 1)
    return streams[0]!
  return candidate.sorted ? merged(streams, candidate) : concatenated(streams, stream => stream)
}

function* concatenated<T>(parts: readonly T[], read: (part: T) => Iterable<Entry>): Generator<Entry> {
  for (const part of parts)
    yield* read(part)
}

/** Several ordered streams as one, by what follows each one's prefix. */
function* merged(streams: readonly Generator<Entry>[], candidate: Candidate): Generator<Entry> {
  const heads = streams.map((stream, i) => ({ stream, prefix: candidate.groups[i]!.prefix, step: stream.next() })).filter(({ step }) => !step.done)
  const sign = candidate.reverse ? -1 : 1
  while (heads.length > 0) {
    let first = 0
    for (let i = 1; i < heads.length; i++) {
      if (sign * compareTails(heads[i]!, heads[first]!) < 0)
        first = i
    }
    const head = heads[first]!
    if (!head.step.done)
      yield head.step.value
    head.step = head.stream.next()
    if (head.step.done)
      heads.splice(first, 1)
  }
}

interface Head { prefix: number, step: IteratorResult<Entry> }

function compareTails(a: Head, b: Head): number {
  if (a.step.done || b.step.done)
    return 0
  return Buffer.compare(a.step.value.key.subarray(a.prefix), b.step.value.key.subarray(b.prefix))
}

/** Whether a candidate asks for one whole key of a unique index. */
export function isUniqueKey({ index, primary, points, groups, exact }: Candidate): boolean {
  return index.unique && !primary && exact && points === index.fields.length && groups.length === 1 && groups[0]!.ranges.length === 1
}

/** The one document that a unique index has under a whole key, found without a scan. */
export function* byUniqueKey(environment: Readable, { collection }: PreparedQuery, { groups }: Candidate, counts: ScanCounts): DocumentStream {
  const idKey = environment.indexes.getBinary(groups[0]!.ranges[0]!.from)
  const document = idKey && readDocument(environment, collection, idKey)
  if (!document)
    return
  counts.keysExamined++
  counts.docsExamined++
  yield document
}

/**
 * How many documents the ranges of an index lead to, at most `most`, without reading them. Through arrays a document
 * may lie under several keys, and is counted once.
 */
export function* countEntries(environment: Readable, candidate: Candidate, most: number): Generator<number | typeof PAUSE> {
  if (!candidate.multikey || isOneKey(candidate)) {
    const table = candidate.primary ? environment.documents : environment.indexes
    let n = 0
    for (const { ranges } of candidate.groups) {
      for (const range of ranges)
        n += n < most ? countKeys(table, range, most - n) : 0
      yield PAUSE
    }
    yield n
    return
  }
  const seen = new Set<string>()
  let read = 0
  for (const { value } of entriesOf(environment, { ...candidate, sorted: false })) {
    seen.add(value.toString('latin1'))
    if (seen.size >= most)
      break
    if (++read % PAUSE_EVERY === 0)
      yield PAUSE
  }
  yield seen.size
}

/** Whether all entries have the same values, so that no document has two of them. */
function isOneKey({ groups, points, index }: Candidate): boolean {
  return points === index.fields.length && groups.length === 1 && groups[0]!.ranges.length === 1
}

/** How many keys a range holds, at most `most`: LMDB passes over keys without handing them out. */
function countKeys(table: ReadTable, { from, to }: KeyRange, most: number): number {
  if (most < Infinity && [...table.getKeys({ start: from, end: to, offset: most - 1, limit: 1 })].length > 0)
    return most
  return table.getKeysCount({ start: from, end: to })
}
