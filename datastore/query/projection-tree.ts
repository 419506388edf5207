import type { Fields } from '../bson/decode.ts'
import { getField, setField } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'
import { checkExpression, isExpression } from '../expressions/check.ts'
import { checkedPath } from '../expressions/field-path.ts'
import { isDocument } from './paths.ts'

/** What a projection does at one place: keep it, drop it, put a calculated value there, or go deeper. */
export interface ProjectionNode {
  children: Map<string, ProjectionNode>
  leaf?: 'keep' | 'drop' | { expression: unknown }
}

/** A projection read: whether it names what is kept or what is dropped, and what happens to `_id`. */
export interface ProjectionTree { root: ProjectionNode, including: boolean }

/** Values of a projection that one kind of command reads in its own way; true when it has. */
export type SpecialValue = (path: string, value: unknown, plan: { keep: (path: string) => void }) => boolean

const newNode = (): ProjectionNode => ({ children: new Map() })

/**
 * Reads a projection of fields to include or exclude and of expressions.
 * @param projection as the command or stage has it
 * @param special reads the values that only `find` knows
 * @throws DatastoreError Location31253, Location31254 for a mixture, Location31249 or Location31250 for paths that collide, Location31325 for an unknown operator
 */
export function readProjection(projection: Fields, special: SpecialValue = () => false): ProjectionTree {
  const root = newNode()
  let including: boolean | undefined
  let id: boolean | undefined
  const decide = (wanted: boolean, path: string): void => {
    if (including !== undefined && including !== wanted)
      fail(wanted ? 'Location31253' : 'Location31254', `Cannot do ${wanted ? 'inclusion' : 'exclusion'} on field ${path} in ${wanted ? 'exclusion' : 'inclusion'} projection`)
    including = wanted
  }
  const plan = {
    keep: (path: string): void => {
      decide(true, path)
      plant(root, path, 'keep')
    },
  }
  const read = (path: string, value: unknown): void => {
    if (special(path, value, plan))
      return
    if (isNumber(value) || typeof value === 'boolean') {
      const wanted = typeof value === 'boolean' ? value : toNumber(value) !== 0
      if (path === '_id')
        id = wanted
      else
        decide(wanted, path)
      plant(root, path, wanted ? 'keep' : 'drop')
    }
    else if (isDocument(value) && !isOperator(value)) {
      if (Object.keys(value).length === 0)
        fail('Location51270', 'An empty sub-projection is not a valid value. Found empty object at path')
      for (const [name, inner] of Object.entries(value)) {
        if (name.startsWith('$'))
          fail('Location16410', `FieldPath field names may not start with '$'. Consider using $getField or $setField.`)
        read(`${path}.${name}`, inner)
      }
    }
    else {
      // A computed _id does not decide whether the other fields are kept.
      if (path !== '_id')
        decide(true, path)
      const operator = isDocument(value) ? Object.keys(value)[0] : undefined
      if (operator !== undefined && !isExpression(operator))
        fail('Location31325', `Unknown expression ${operator}`)
      checkExpression(value)
      plant(root, path, { expression: value })
    }
  }
  for (const [path, value] of Object.entries(projection))
    read(path, value)
  const keepsOthers = including ?? (id === undefined ? root.children.size > 0 && hasExpression(root) : id)
  if (keepsOthers && !root.children.has('_id'))
    root.children.set('_id', { children: new Map(), leaf: 'keep' })
  return { root, including: keepsOthers }
}

function isOperator(value: Fields): boolean {
  return Object.keys(value)[0]?.startsWith('$') ?? false
}

function plant(root: ProjectionNode, path: string, leaf: NonNullable<ProjectionNode['leaf']>): void {
  const parts = checkedPath(path)
  let node = root
  parts.forEach((part, i) => {
    if (node.leaf !== undefined)
      fail('Location31249', `Path collision at ${path} remaining portion ${parts.slice(i).join('.')}`)
    const next = node.children.get(part) ?? newNode()
    node.children.set(part, next)
    node = next
  })
  if (node.leaf !== undefined || node.children.size > 0)
    fail('Location31250', `Path collision at ${path}`)
  node.leaf = leaf
}

/** Whether a calculated value stands at a place or below it. */
export function hasExpression(node: ProjectionNode): boolean {
  return typeof node.leaf === 'object' || [...node.children.values()].some(hasExpression)
}

/** A document with the fields kept that a projection keeps, in their order. Nothing is calculated yet. */
export function pickFields(fields: Fields, { root, including }: ProjectionTree): Fields {
  return pick(fields, root, including)
}

function pick(fields: Fields, node: ProjectionNode, including: boolean): Fields {
  const kept: Fields = {}
  for (const [name, value] of Object.entries(fields)) {
    const child = node.children.get(name)
    if (!child) {
      if (!including)
        setField(kept, name, value)
      continue
    }
    if (child.leaf === 'keep')
      setField(kept, name, value)
    else if (child.leaf === undefined)
      keepInner(kept, name, pickWithin(value, child, including))
  }
  return kept
}

function keepInner(kept: Fields, name: string, inner: unknown): void {
  if (inner !== undefined)
    setField(kept, name, inner)
}

function pickWithin(value: unknown, node: ProjectionNode, including: boolean): unknown {
  if (isDocument(value))
    return pick(value, node, including)
  if (Array.isArray(value))
    return value.map(item => pickWithin(item, node, including)).filter(item => item !== undefined)
  return including ? undefined : value
}

/** Calculates a value for a place from the whole document. */
export type Evaluate = (expression: unknown) => unknown

/** Puts the calculated values of a tree into a document, in the order they were asked for; arrays on the way are gone through. */
export function calculateFields(target: Fields, node: ProjectionNode, evaluate: Evaluate): Fields {
  for (const [name, child] of node.children) {
    if (!hasExpression(child))
      continue
    const value = valueAt(getField(target, name), child, evaluate)
    if (value === undefined)
      delete target[name]
    else
      setField(target, name, value)
  }
  return target
}

function valueAt(present: unknown, node: ProjectionNode, evaluate: Evaluate): unknown {
  if (typeof node.leaf === 'object')
    return evaluate(node.leaf.expression)
  if (Array.isArray(present))
    return present.map(item => valueAt(item, node, evaluate))
  return calculateFields(isDocument(present) ? { ...present } : {}, node, evaluate)
}
