import type { Element } from './elements.ts'
import type { Findings } from './findings.ts'
import { Buffer } from 'node:buffer'
import { BSON_TYPE } from '../bson/layout.ts'
import { areNested, elementsOf, isSame } from './elements.ts'

/** What lies between two documents, with the size that it would have in MongoDB's log. */
interface DocumentDifference { kind: 'document', updated: Element[], inserted: Element[], removed: string[], nested: [string, Difference][], size: number }
interface ArrayDifference { kind: 'array', newSize: number | undefined, changed: [number, Element | Difference][], size: number }
type Difference = DocumentDifference | ArrayDifference

/** What MongoDB's log holds around the difference itself. */
const ENVELOPE_BYTES = 15
const EMPTY_DOCUMENT_BYTES = 5
const EMPTY_ARRAY_BYTES = 9
const SECTION_BYTES = 8
const RESIZE_BYTES = 7
const FIELD_BYTES = 2

/**
 * Notes the difference between two documents of which nothing else is known, as MongoDB does after a pipeline: fields are
 * compared in their order, a field that comes later than before is set anew, and an array that got shorter is cut.
 * @returns whether the difference is smaller than the document, by MongoDB's reckoning; otherwise nothing is noted, and
 * MongoDB tells of a replacement
 */
export function noteDifference(before: Buffer, after: Buffer, findings: Findings): boolean {
  const difference = compareDocuments(before, after, ENVELOPE_BYTES)
  if (difference)
    tell(difference, '', findings)
  return difference !== undefined
}

function compareDocuments(before: Buffer, after: Buffer, padding = 0): DocumentDifference | undefined {
  const old = elementsOf(before)
  const fresh = elementsOf(after)
  const found: DocumentDifference = { kind: 'document', updated: [], inserted: [], removed: [], nested: [], size: EMPTY_DOCUMENT_BYTES + padding }
  const missed = new Set<string>()
  let i = 0
  let j = 0
  while (i < old.length && j < fresh.length) {
    const a = old[i]!
    const b = fresh[j]!
    i++
    if (a.name !== b.name) {
      missed.add(a.name)
      continue
    }
    j++
    if (!isSame(a, b))
      addChange(found, a, b)
  }
  for (; i < old.length; i++)
    addRemoval(found, old[i]!.name)
  for (; j < fresh.length; j++) {
    addSection(found, found.inserted)
    found.inserted.push(fresh[j]!)
    found.size += elementSize(fresh[j]!.name, fresh[j]!)
    missed.delete(fresh[j]!.name)
  }
  for (const name of [...missed].sort())
    addRemoval(found, name)
  return after.length > found.size ? found : undefined
}

function addChange(found: DocumentDifference, a: Element, b: Element): void {
  const within = areNested(a, b) ? compareNested(a, b) : undefined
  if (within) {
    found.nested.push([b.name, within])
    found.size += nameSize(b.name) + FIELD_BYTES + 1 + within.size
    return
  }
  addSection(found, found.updated)
  found.updated.push(b)
  found.size += elementSize(b.name, b)
}

function addRemoval(found: DocumentDifference, name: string): void {
  addSection(found, found.removed)
  found.removed.push(name)
  found.size += nameSize(name) + FIELD_BYTES + 1
}

function addSection(found: DocumentDifference, section: readonly unknown[]): void {
  if (section.length === 0)
    found.size += SECTION_BYTES
}

function compareArrays(before: Buffer, after: Buffer): ArrayDifference | undefined {
  const old = elementsOf(before)
  const fresh = elementsOf(after)
  const found: ArrayDifference = { kind: 'array', newSize: undefined, changed: [], size: EMPTY_ARRAY_BYTES }
  fresh.forEach((element, index) => {
    const was = old[index]
    if (was && isSame(was, element))
      return
    const within = was && areNested(was, element) ? compareNested(was, element) : undefined
    found.changed.push([index, within ?? element])
    found.size += 1 + String(index).length + FIELD_BYTES + (within ? within.size : element.value.length)
  })
  if (old.length > fresh.length) {
    found.newSize = fresh.length
    found.size += RESIZE_BYTES
  }
  return after.length > found.size ? found : undefined
}

function compareNested(a: Element, b: Element): Difference | undefined {
  return a.type === BSON_TYPE.array ? compareArrays(a.value, b.value) : compareDocuments(a.value, b.value)
}

function elementSize(name: string, element: Element): number {
  return nameSize(name) + FIELD_BYTES + element.value.length
}

function nameSize(name: string): number {
  return Buffer.byteLength(name)
}

function tell(difference: Difference, prefix: string, findings: Findings): void {
  if (difference.kind === 'document') {
    for (const element of [...difference.updated, ...difference.inserted])
      findings.set(prefix + element.name, element)
    for (const name of difference.removed)
      findings.remove(prefix + name)
    for (const [name, within] of difference.nested)
      tell(within, `${prefix}${name}.`, findings)
    return
  }
  if (difference.newSize !== undefined)
    findings.truncate(prefix.slice(0, -1), difference.newSize)
  for (const [index, change] of difference.changed) {
    if ('kind' in change)
      tell(change, `${prefix}${index}.`, findings)
    else
      findings.set(`${prefix}${index}`, change)
  }
}
