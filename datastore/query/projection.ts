import type { Buffer } from 'node:buffer'
import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query } from '../planner/plan.ts'
import type { ProjectionNode, ProjectionTree } from './projection-tree.ts'
import { getField, setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { documentOf, fieldsSource, listElements } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { compileExpression } from '../expressions/context.ts'
import { collationKey } from './collation.ts'
import { parseFilter } from './filter.ts'
import { compileFilter } from './match.ts'
import { isDocument, splitPath } from './paths.ts'
import { plainFields } from './plain.ts'
import { calculateFields, hasExpression, pickFields, readProjection } from './projection-tree.ts'

/** Turns a stored document into the bytes of what is answered. */
export type Projection = (document: StoredDocument) => Buffer

/** A change to the value at one path, which only find's projections know. */
interface Special { parts: string[], apply: (document: StoredDocument, value: unknown) => unknown }

/**
 * Reads a find projection: inclusion or exclusion, `$slice`, `$elemMatch`, the positional `$`, and computed fields.
 * Whole top-level fields are copied as bytes, so their types stay as stored.
 * @throws DatastoreError BadValue or Location codes for a projection MongoDB would refuse
 */
export function compileProjection(projection: Fields | undefined, query: Query): Projection {
  if (!projection || Object.keys(projection).length === 0)
    return document => document.bytes
  const specials: Special[] = []
  const slices: Special[] = []
  const stringKey = collationKey(query.collation)
  const tree = readProjection(projection, (path, value, plan) => {
    if (path.endsWith('.$')) {
      if (Object.keys(projection).filter(name => name.endsWith('.$')).length > 1)
        fail('Location31276', 'Cannot specify more than one positional projection per query.')
      plan.keep(path.slice(0, -2))
      specials.push(positional(splitPath(path.slice(0, -2)), query, stringKey))
      return true
    }
    if (isDocument(value) && '$elemMatch' in value) {
      if (path.includes('.'))
        fail('Location31275', 'Cannot use $elemMatch projection on a nested field.')
      plan.keep(path)
      specials.push({ parts: [path], apply: elementMatch(value.$elemMatch, stringKey) })
      return true
    }
    if (isDocument(value) && '$slice' in value && !isExpressionSlice(value.$slice)) {
      slices.push({ parts: splitPath(path), apply: slicer(value.$slice) })
      return true
    }
    return false
  })
  // A slice alone keeps all other fields; beside fields to include it is one of them.
  if (tree.including && slices.length > 0 && namesFields(projection))
    slices.forEach(({ parts }) => keepPath(tree.root, parts))
  else if (slices.length > 0 && !namesFields(projection))
    tree.including = false
  return projectWith(tree, [...specials, ...slices], query)
}

/** Whether a projection says of fields other than `_id` that they are kept, or calculates some. */
function namesFields(projection: Fields): boolean {
  return Object.entries(projection).some(([path, value]) => path !== '_id' && !(isDocument(value) && '$slice' in value))
}

function projectWith(tree: ProjectionTree, specials: readonly Special[], query: Query): Projection {
  const calculates = hasExpression(tree.root)
  if (!calculates && specials.length === 0 && [...tree.root.children.values()].every(({ leaf }) => leaf !== undefined))
    return document => copyFields(document, tree)
  const evaluators = new Map<unknown, (document: Fields) => unknown>()
  return (document) => {
    const fields = document.toFields()
    const result = pickFields(fields, tree)
    for (const special of specials)
      replaceAt(result, special.parts, value => special.apply(document, value))
    if (calculates) {
      const plain = plainFields(fields)
      calculateFields(result, tree.root, (expression) => {
        const evaluate = evaluators.get(expression) ?? compileExpression(expression, query.variables)
        evaluators.set(expression, evaluate)
        return evaluate(plain)
      })
    }
    return encodeDocument(result)
  }
}

function copyFields(document: StoredDocument, { root, including }: ProjectionTree): Buffer {
  const elements: Buffer[] = []
  for (const { name, place } of listElements(document.bytes)) {
    const leaf = root.children.get(name)?.leaf
    if (leaf === undefined ? !including : leaf === 'keep')
      elements.push(document.bytes.subarray(place.start, place.end))
  }
  return documentOf(elements)
}

function keepPath(root: ProjectionNode, parts: readonly string[]): void {
  let node = root
  for (const part of parts) {
    const next: ProjectionNode = node.children.get(part) ?? { children: new Map() }
    node.children.set(part, next)
    node = next
  }
  node.leaf ??= 'keep'
}

function replaceAt(fields: Fields, parts: string[], change: (value: unknown) => unknown): void {
  const [part = '', ...rest] = parts
  const value = getField(fields, part)
  if (rest.length > 0) {
    for (const inner of Array.isArray(value) ? value as unknown[] : [value]) {
      if (isDocument(inner))
        replaceAt(inner, rest, change)
    }
    return
  }
  const changed = change(value)
  if (changed === undefined)
    delete fields[part]
  else
    setField(fields, part, changed)
}

/** `$slice` with an array first is the expression of that name. */
function isExpressionSlice(operand: unknown): boolean {
  return Array.isArray(operand) && !isNumber(operand[0])
}

function slicer(operand: unknown): Special['apply'] {
  const [first, second] = Array.isArray(operand) ? operand as unknown[] : [operand, undefined]
  if (Array.isArray(operand) && operand.length !== 2)
    fail('Location28724', `Invalid $slice syntax. The given syntax { $slice: [ ${operand.join(', ')} ] } did not match the find() syntax`)
  if (!isNumber(first) || (second !== undefined && !isNumber(second)))
    return fail('Location28667', 'Invalid $slice syntax. $slice needs a number or an array of two numbers')
  const start = toNumber(first)
  const count = second === undefined ? undefined : toNumber(second)
  if (count !== undefined && count <= 0)
    fail('Location28724', 'First argument to $slice must be an array, but is of type: int')
  return (_document, value) => {
    if (!Array.isArray(value))
      return value
    if (count === undefined)
      return start >= 0 ? value.slice(0, start) : value.slice(start)
    const from = start < 0 ? Math.max(0, value.length + start) : start
    return value.slice(from, from + count)
  }
}

function elementMatch(operand: unknown, stringKey: StringKey | undefined): Special['apply'] {
  const matches = compileFilter(parseFilter({ item: { $elemMatch: operand } }), stringKey ? { stringKey } : {})
  return (_document, value) => {
    if (!Array.isArray(value))
      return undefined
    const found = (value as unknown[]).find(item => matches(fieldsSource({ item: [item] })))
    return found === undefined ? undefined : [found]
  }
}

function positional(parts: string[], query: Query, stringKey: StringKey | undefined): Special {
  const matches = compileFilter(parseFilter(query.filter), { ...(stringKey ? { stringKey } : {}), ...(query.variables ? { variables: query.variables } : {}) })
  return {
    parts,
    apply: (document, value) => {
      const trail = { index: -1 }
      matches(document, trail)
      if (!Array.isArray(value))
        return value
      if (trail.index < 0)
        fail('Location51246', 'Executor error during find command :: caused by :: positional operator \'.$\' couldn\'t find a matching element in the array')
      return value.slice(trail.index, trail.index + 1)
    },
  }
}
