import type { Buffer } from 'node:buffer'
import type { Update } from '../update/apply.ts'
import type { ElementFilter } from '../update/places.ts'
import type { Element } from './elements.ts'
import type { TouchedPath } from './touched-paths.ts'
import { decodeValue } from '../bson/decode.ts'
import { BSON_TYPE } from '../bson/layout.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { isDocument } from '../query/paths.ts'
import { noteDifference } from './difference.ts'
import { areNested, elementsOf, isSame } from './elements.ts'
import { Findings } from './findings.ts'
import { joinedPaths, touchedPaths } from './touched-paths.ts'

/**
 * The update description of a change, as BSON: `{updatedFields, removedFields, truncatedArrays}`.
 * What operators did is told by the paths they name, as in MongoDB: a path's whole new value, except that elements appended
 * by `$push` are told singly, that of fields made on the way the uppermost is told, and that an array in which `$[]`
 * or `$[name]` changed several elements is told whole.
 * @returns undefined for a change that MongoDB tells of as a replacement
 */
export function describeUpdate(before: Buffer, after: Buffer, update: Update): Buffer | undefined {
  const findings = new Findings()
  switch (update.kind) {
    case 'replacement':
      return undefined
    case 'pipeline':
      return noteDifference(before, after, findings) ? findings.encode() : undefined
    case 'operators':
      new OperatorChanges(findings, update.filters).inDocument(before, after, touchedPaths(update.modifications), '')
      return findings.encode()
  }
}

class OperatorChanges {
  private readonly findings: Findings
  private readonly filters: ReadonlyMap<string, ElementFilter>

  constructor(findings: Findings, filters: ReadonlyMap<string, ElementFilter>) {
    this.findings = findings
    this.filters = filters
  }

  inDocument(before: Buffer, after: Buffer, touched: TouchedPath, prefix: string): void {
    const old = byName(before)
    const fresh = byName(after)
    const created: [string, Element][] = []
    const removed: string[] = []
    const within: (() => void)[] = []
    for (const [name, child] of touched.children) {
      const a = old.get(name)
      const b = fresh.get(name)
      const path = prefix + name
      if (a && b && !isSame(a, b)) {
        if (this.isWhole(a, b, child))
          this.findings.set(path, b)
        else
          within.push(() => this.inElement(a, b, child, path))
      }
      else if (a && !b) {
        removed.push(path)
      }
      else if (b && !a) {
        created.push([path, b])
      }
    }
    created.forEach(([path, element]) => this.findings.set(path, element))
    removed.forEach(path => this.findings.remove(path))
    within.forEach(tell => tell())
  }

  /** Whether a changed value is told whole, and not what is within. */
  private isWhole(a: Element, b: Element, touched: TouchedPath): boolean {
    return !areNested(a, b) || (touched.children.size === 0 && !isAppended(a, b, touched))
  }

  private inElement(a: Element, b: Element, touched: TouchedPath, path: string): void {
    if (a.type === BSON_TYPE.object)
      this.inDocument(a.value, b.value, touched, `${path}.`)
    else
      this.inArray(a, b, touched, path)
  }

  private inArray(a: Element, b: Element, touched: TouchedPath, path: string): void {
    const old = elementsOf(a.value)
    const fresh = elementsOf(b.value)
    const changed = fresh.flatMap((element, i) => old[i] && isSame(old[i], element) ? [] : [i])
    if (touched.children.size === 0)
      return changed.forEach(i => this.findings.set(`${path}.${i}`, fresh[i]!))
    const picking = [...touched.children].filter(([part]) => part.startsWith('$['))
    if (picking.length > 0) {
      const picked = old.flatMap((element) => {
        const nodes = picking.filter(([part]) => this.picks(part, element)).map(([, node]) => node)
        return nodes.length > 0 ? [joinedPaths(nodes)] : []
      })
      if (picked.length > 1 && changed.length > 1)
        return this.findings.set(path, b)
      return changed.forEach(i => picked.length > 1 || !picked[0] ? this.findings.set(`${path}.${i}`, fresh[i]!) : this.inPlace(old[i], fresh[i]!, picked[0], `${path}.${i}`))
    }
    for (const i of changed) {
      const child = touched.children.get(String(i)) ?? touched.children.get('$')
      if (child)
        this.inPlace(old[i], fresh[i]!, child, `${path}.${i}`)
    }
  }

  private inPlace(a: Element | undefined, b: Element, touched: TouchedPath, path: string): void {
    if (!a || this.isWhole(a, b, touched))
      this.findings.set(path, b)
    else
      this.inElement(a, b, touched, path)
  }

  private picks(part: string, element: Element): boolean {
    const name = part.slice(2, -1)
    return name === '' || this.filters.get(name)?.(decodeValue(element.value, element.type, 0, 'exact')) === true
  }
}

function byName(bytes: Buffer): Map<string, Element> {
  return new Map(elementsOf(bytes).map(element => [element.name, element]))
}

/** Whether an array has only got more elements at its end, by a `$push` without order or place: MongoDB then tells of these alone. */
function isAppended(a: Element, b: Element, { modification }: TouchedPath): boolean {
  if (modification?.operator !== '$push' || a.type !== BSON_TYPE.array)
    return false
  const { operand } = modification
  const clauses = isDocument(operand) && '$each' in operand ? operand : { $each: [operand] }
  const old = elementsOf(a.value)
  const fresh = elementsOf(b.value)
  const pushed = Array.isArray(clauses.$each) ? clauses.$each.length : 0
  const atEnd = !isNumber(clauses.$position) || toNumber(clauses.$position) > old.length
  return clauses.$sort === undefined && atEnd && old.length > 0 && fresh.length === old.length + pushed
}
