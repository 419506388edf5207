import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { StoredDocument } from '../bson/stored-document.ts'
import type { Query } from '../planner/plan.ts'
import { getField, setField } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { documentOf, fieldsSource, listElements } from '../bson/stored-document.ts'
import { fail } from '../errors.ts'
import { evaluate } from './expressions.ts'
import { parseFilter } from './filter.ts'
import { compileFilter } from './match.ts'
import { isDocument, splitPath } from './paths.ts'
import { plainFields } from './plain.ts'

/** Turns a stored document into the bytes of what is answered. */
export type Projection = (document: StoredDocument) => Buffer

interface Tree { children: Map<string, Tree>, leaf: boolean }

interface Special { parts: string[], apply: (document: StoredDocument, value: unknown) => unknown }

/**
 * Reads a find projection: inclusion or exclusion, `$slice`, `$elemMatch`, the positional `$`, and computed fields.
 * Whole top-level fields are copied as bytes, so their types stay as stored.
 * @throws DatastoreError BadValue or Location codes for a projection MongoDB would refuse
 */
export function compileProjection(projection: Fields | undefined, query: Query): Projection {
  if (!projection || Object.keys(projection).length === 0)
    return document => document.bytes
  const tree: Tree = { children: new Map(), leaf: false }
  const specials: Special[] = []
  const sliced: Special[] = []
  const computed: { parts: string[], expression: unknown }[] = []
  let inclusive: boolean | undefined
  let id: boolean | undefined
  const decide = (including: boolean, path: string): void => {
    if (inclusive !== undefined && inclusive !== including)
      fail('Location17280', `Cannot do ${including ? 'inclusion' : 'exclusion'} on field ${path} in ${including ? 'exclusion' : 'inclusion'} projection`)
    inclusive = including
  }
  for (const [path, value] of Object.entries(projection)) {
    if (isNumber(value) || typeof value === 'boolean') {
      const including = typeof value === 'boolean' ? value : toNumber(value) !== 0
      if (path === '_id') {
        id = including
        continue
      }
      if (path.endsWith('.$')) {
        decide(true, path)
        const parts = splitPath(path.slice(0, -2))
        plant(tree, parts)
        specials.push(positional(parts, query))
        continue
      }
      decide(including, path)
      plant(tree, splitPath(path))
    }
    else if (isDocument(value) && '$slice' in value) {
      sliced.push({ parts: splitPath(path), apply: slicer(value.$slice) })
    }
    else if (isDocument(value) && '$elemMatch' in value) {
      decide(true, path)
      plant(tree, splitPath(path))
      specials.push({ parts: splitPath(path), apply: elementMatch(value.$elemMatch) })
    }
    else if (isDocument(value) && Object.keys(value).some(name => !name.startsWith('$'))) {
      for (const [name, nested] of Object.entries(value)) {
        decide(isNumber(nested) ? toNumber(nested) !== 0 : nested !== false, path)
        plant(tree, [...splitPath(path), ...splitPath(name)])
      }
    }
    else {
      decide(true, path)
      computed.push({ parts: splitPath(path), expression: value })
    }
  }
  const including = inclusive ?? (id === true && sliced.length === 0)
  specials.push(...sliced)
  // A slice alone keeps all other fields; beside fields to include it is one of them.
  if (including)
    sliced.forEach(({ parts }) => plant(tree, parts))
  const keepsId = id ?? true
  if (including ? keepsId : !keepsId)
    plant(tree, ['_id'])
  if (specials.length === 0 && computed.length === 0 && [...tree.children.values()].every(child => child.leaf))
    return document => copyFields(document, tree, including)
  return document => encodeDocument(projectFields(document, tree, including, specials, computed, query.variables))
}

function plant(tree: Tree, parts: string[]): void {
  let node = tree
  for (const part of parts) {
    const next = node.children.get(part) ?? { children: new Map<string, Tree>(), leaf: false }
    node.children.set(part, next)
    node = next
  }
  node.leaf = true
}

function copyFields(document: StoredDocument, tree: Tree, including: boolean): Buffer {
  const elements: Buffer[] = []
  for (const { name, place } of listElements(document.bytes)) {
    if (tree.children.has(name) === including)
      elements.push(document.bytes.subarray(place.start, place.end))
  }
  return documentOf(elements)
}

function projectFields(document: StoredDocument, tree: Tree, including: boolean, specials: Special[], computed: { parts: string[], expression: unknown }[], variables: Fields | undefined): Fields {
  const fields = document.toFields()
  const result = including ? include(fields, tree) : exclude(fields, tree)
  for (const special of specials)
    replaceAt(result, special.parts, value => special.apply(document, value))
  for (const { parts, expression } of computed) {
    const value = evaluate(plainFields(fields), expression, variables)
    if (value !== undefined)
      plantValue(result, parts, value)
  }
  return result
}

function include(fields: Fields, tree: Tree): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(fields)) {
    const child = tree.children.get(name)
    if (!child)
      continue
    const part = child.leaf ? value : includeWithin(value, child)
    if (part !== undefined)
      setField(kept, name, part)
  }
  return kept
}

function includeWithin(value: unknown, tree: Tree): unknown {
  if (isDocument(value))
    return include(value, tree)
  return Array.isArray(value) ? value.map(item => includeWithin(item, tree)).filter(item => item !== undefined) : undefined
}

function exclude(fields: Fields, tree: Tree): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(fields)) {
    const child = tree.children.get(name)
    if (!child?.leaf)
      setField(kept, name, child ? excludeWithin(value, child) : value)
  }
  return kept
}

function excludeWithin(value: unknown, tree: Tree): unknown {
  if (isDocument(value))
    return exclude(value, tree)
  return Array.isArray(value) ? value.map(item => excludeWithin(item, tree)) : value
}

function replaceAt(fields: Fields, parts: string[], change: (value: unknown) => unknown): void {
  const [part, ...rest] = parts
  const value = getField(fields, part!)
  if (rest.length > 0) {
    if (isDocument(value))
      replaceAt(value, rest, change)
    return
  }
  const changed = change(value)
  if (changed === undefined)
    delete fields[part!]
  else
    setField(fields, part!, changed)
}

function plantValue(fields: Fields, parts: string[], value: unknown): void {
  const [part, ...rest] = parts
  if (rest.length === 0)
    return setField(fields, part!, value)
  const inner = getField(fields, part!)
  const holder = isDocument(inner) ? inner : {}
  setField(fields, part!, holder)
  plantValue(holder, rest, value)
}

function slicer(operand: unknown): Special['apply'] {
  const [first, second] = Array.isArray(operand) ? operand as unknown[] : [operand, undefined]
  if (!isNumber(first) || (second !== undefined && !isNumber(second)))
    fail('BadValue', '$slice needs a number or an array of two numbers')
  const start = toNumber(first)
  return (_document, value) => {
    if (!Array.isArray(value))
      return value
    if (second === undefined)
      return start >= 0 ? value.slice(0, start) : value.slice(start)
    const from = start < 0 ? Math.max(0, value.length + start) : start
    return value.slice(from, from + toNumber(second))
  }
}

function elementMatch(operand: unknown): Special['apply'] {
  const matches = compileFilter(parseFilter({ item: { $elemMatch: operand } }))
  return (_document, value) => {
    if (!Array.isArray(value))
      return undefined
    const found = (value as unknown[]).find(item => matches(fieldsSource({ item: [item] })))
    return found === undefined ? undefined : [found]
  }
}

function positional(parts: string[], query: Query): Special {
  const matches = compileFilter(parseFilter(query.filter))
  return {
    parts,
    apply: (document, value) => {
      const trail = { index: -1 }
      matches(document, trail)
      if (!Array.isArray(value))
        return value
      if (trail.index < 0)
        fail('Location51108', 'Executor error during find command: positional operator \'.$\' couldn\'t find a matching element in the array')
      return value.slice(trail.index, trail.index + 1)
    },
  }
}
