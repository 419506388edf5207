import type { Fields } from '../bson/decode.ts'
import { fail } from '../errors.ts'
import { isDocument, splitPath } from '../query/paths.ts'
import { OPERATORS } from './operators.ts'

/** One operator on one path. */
export interface Modification { operator: string, path: string, parts: string[], operand: unknown }

/**
 * Reads an update document of operators into modifications in the order MongoDB applies them.
 * @throws DatastoreError FailedToParse (9), ConflictingUpdateOperators (40) or BadValue (2)
 */
export function parseModifications(update: Fields): Modification[] {
  const modifications: Modification[] = []
  for (const [operator, fields] of Object.entries(update)) {
    if (!Object.hasOwn(OPERATORS, operator) && operator !== '$rename')
      fail('FailedToParse', `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`)
    if (!isDocument(fields))
      fail('FailedToParse', `Modifiers operate on fields but we found type ${Array.isArray(fields) ? 'array' : typeof fields} instead. For example: {$mod: {<field>: ...}}`)
    for (const [path, operand] of Object.entries(fields))
      modifications.push({ operator, path, parts: checkedPath(path), operand })
  }
  checkConflicts(modifications)
  return modifications.sort((a, b) => comparePaths(a.parts, b.parts))
}

function checkedPath(path: string): string[] {
  const parts = splitPath(path)
  if (path === '')
    fail('EmptyFieldName', 'An empty update path is not valid.')
  if (parts.includes(''))
    fail('EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`)
  return parts
}

function checkConflicts(modifications: Modification[]): void {
  const taken = new Set<string>()
  const holders = new Set<string>()
  for (const { path, parts, operator, operand } of modifications) {
    for (const touched of operator === '$rename' && typeof operand === 'string' ? [parts, splitPath(operand)] : [parts]) {
      const text = touched.join('.')
      if (taken.has(text) || holders.has(text))
        conflict(path, text)
      for (let i = 1; i < touched.length; i++) {
        const holder = touched.slice(0, i).join('.')
        if (taken.has(holder))
          conflict(path, holder)
        holders.add(holder)
      }
      taken.add(text)
    }
  }
}

function conflict(path: string, other: string): never {
  return fail('ConflictingUpdateOperators', `Updating the path '${path}' would create a conflict at '${other}'`)
}

/** Names by their letters, numbers by their size. */
function comparePaths(a: string[], b: string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a[i]!, b[i]!]
    if (x === y)
      continue
    if (/^\d+$/.test(x) && /^\d+$/.test(y))
      return Number(x) - Number(y)
    return x < y ? -1 : 1
  }
  return a.length - b.length
}
