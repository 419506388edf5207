import type { Options } from 'mingo/types'
import type { Fields } from '../../bson/decode.ts'
import type { ProjectionNode } from '../../query/projection-tree.ts'
import type { Stage } from './match.ts'
import { Lazy } from 'mingo/lazy'
import { getField, setField } from '../../bson/decode.ts'
import { fail } from '../../errors.ts'
import { checkExpression } from '../../expressions/check.ts'
import { checkedPath } from '../../expressions/field-path.ts'
import { isNothing, valueOf } from '../../expressions/operator.ts'
import { printValue } from '../../print.ts'
import { isDocument } from '../../query/paths.ts'
import { calculateFields, hasExpression, pickFields, readProjection } from '../../query/projection-tree.ts'

const evaluator = (document: Fields, options: Options) => (expression: unknown): unknown => valueOf(document, expression, options)

/** `$project`: fields kept in the document's order, then those that are calculated. */
export const $project: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location15969', '$project specification must be an object')
  if (Object.keys(operand).length === 0)
    fail('Location51272', 'Invalid $project :: caused by :: projection specification must have at least one field')
  const tree = readProjection(operand)
  const calculates = hasExpression(tree.root)
  return documents.map((document: unknown) => {
    const kept = pickFields(document as Fields, tree)
    return calculates ? calculateFields(kept, tree.root, evaluator(document as Fields, options)) : kept
  })
}

/** `$unset`: a path or several. */
export const $unset: Stage = (documents, operand, options) => {
  const paths = [operand].flat() as unknown[]
  if (paths.length === 0)
    fail('Location31119', '$unset specification must be a string or an array with at least one field')
  const projection: Fields = {}
  for (const path of paths)
    setField(projection, typeof path === 'string' ? path : fail('Location31120', '$unset specification must be a string or an array containing only string values'), 0)
  return $project(documents, projection, options)
}

/** `$addFields` and `$set`: the document with fields set; those that are there keep their places. */
export const $addFields: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location40272', `$addFields specification stage must be an object, got ${typeof operand}`)
  const root: ProjectionNode = { children: new Map() }
  for (const [path, value] of Object.entries(operand))
    plantFields(root, checkedPath(path), value)
  return documents.map((document: unknown) => calculateFields({ ...document as Fields }, root, evaluator(document as Fields, options)))
}

/** An embedded document without operators sets its fields one by one. */
function plantFields(root: ProjectionNode, parts: readonly string[], value: unknown): void {
  if (isDocument(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]!.startsWith('$')) {
    for (const [name, inner] of Object.entries(value))
      plantFields(root, [...parts, ...checkedPath(name)], inner)
    return
  }
  checkExpression(value)
  let node = root
  for (const part of parts) {
    if (node.leaf !== undefined)
      fail('Location40176', `Invalid $addFields :: caused by :: specification contains two conflicting paths. Cannot specify both '${parts.join('.')}' and its parent`)
    const next: ProjectionNode = node.children.get(part) ?? { children: new Map() }
    node.children.set(part, next)
    node = next
  }
  if (node.leaf !== undefined || node.children.size > 0)
    fail('Location40176', `Invalid $addFields :: caused by :: specification contains two conflicting paths. Cannot specify both '${parts.join('.')}' and one of its fields`)
  node.leaf = { expression: value }
}

/** `$replaceWith`: an embedded document takes the place of the whole. */
export const $replaceWith: Stage = (documents, operand, options) => {
  checkExpression(operand)
  return documents.map((document: unknown) => {
    const root = valueOf(document, operand, options)
    return isDocument(root) ? root : fail('Location40228', `'newRoot' expression must evaluate to an object, but resulting value was: ${root === undefined ? 'MISSING' : printValue(root)}. Type of resulting value: '${isNothing(root) ? 'missing' : typeof root}'. Input document: ${printValue(document)}`)
  })
}

/** `$replaceRoot`: `$replaceWith` with its expression one level down. */
export const $replaceRoot: Stage = (documents, operand, options) => {
  if (!isDocument(operand))
    return fail('Location40229', `expected an object as specification for $replaceRoot stage, got ${typeof operand}`)
  if (!('newRoot' in operand))
    fail('Location40231', 'no newRoot specified for the $replaceRoot stage')
  return $replaceWith(documents, operand.newRoot, options)
}

interface Unwinding { path: string[], index?: string[], preserve: boolean }

/** `$unwind`: a document for each element. Something that is no array is its own only element. */
export const $unwind: Stage = (documents, operand) => {
  const unwinding = readUnwind(operand)
  return documents.transform((all: unknown[]) => Lazy((all as Fields[]).flatMap(document => unwound(document, unwinding))))
}

function readUnwind(operand: unknown): Unwinding {
  if (typeof operand === 'string')
    return readUnwind({ path: operand })
  if (!isDocument(operand))
    return fail('Location15981', `expected either a string or an object as specification for $unwind stage, got ${typeof operand}`)
  const { path, includeArrayIndex, preserveNullAndEmptyArrays = false, ...unknown } = operand
  if (Object.keys(unknown).length > 0)
    fail('Location28811', `unrecognized option to $unwind stage: ${Object.keys(unknown)[0]}`)
  if (path === undefined)
    fail('Location28812', 'no path specified to $unwind stage')
  if (typeof path !== 'string')
    return fail('Location28808', `expected a string as the path for $unwind stage, got ${typeof path}`)
  if (!path.startsWith('$'))
    fail('Location28818', `path option to $unwind stage should be prefixed with a '$': ${path}`)
  if (typeof preserveNullAndEmptyArrays !== 'boolean')
    return fail('Location28809', `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeof preserveNullAndEmptyArrays}`)
  if (includeArrayIndex !== undefined && (typeof includeArrayIndex !== 'string' || includeArrayIndex === ''))
    return fail('Location28810', 'expected a non-empty string for the includeArrayIndex option to $unwind stage')
  if (typeof includeArrayIndex === 'string' && includeArrayIndex.startsWith('$'))
    fail('Location28822', `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${includeArrayIndex}`)
  return { path: checkedPath(path.slice(1)), preserve: preserveNullAndEmptyArrays, ...(typeof includeArrayIndex === 'string' ? { index: checkedPath(includeArrayIndex) } : {}) }
}

function unwound(document: Fields, { path, index, preserve }: Unwinding): Fields[] {
  const value = path.reduce<unknown>((holder, part) => isDocument(holder) ? getField(holder, part) : undefined, document)
  const numbered = (given: Fields, at: number | null): Fields => index ? withValue(given, index, at) : given
  if (Array.isArray(value) && value.length > 0)
    return value.map((item: unknown, i) => numbered(withValue(document, path, item), i))
  if (isNothing(value) || Array.isArray(value))
    return preserve ? [numbered(Array.isArray(value) ? withValue(document, path, undefined) : document, null)] : []
  return [numbered(document, null)]
}

/** A copy of a document with another value at a path; undefined takes it away. */
function withValue(document: Fields, [part = '', ...rest]: readonly string[], value: unknown): Fields {
  const copy = { ...document }
  const inner = getField(document, part)
  const next = rest.length > 0 ? withValue(isDocument(inner) ? inner : {}, rest, value) : value
  if (next === undefined)
    delete copy[part]
  else
    setField(copy, part, next)
  return copy
}
