import type { LogEntry } from './entry.ts'
import { decodeDocument } from '../bson/decode.ts'

/** What a change stream watches. */
export type Scope
  = | { kind: 'collection', database: string, name: string }
    | { kind: 'database', database: string }
    | { kind: 'deployment' }

/** Databases whose changes no stream shows. */
const INTERNAL = new Set(['admin', 'config', 'local'])

/** Whether a database or collection is one that streams over all of them pass over. */
export function isInternal(database: string, name = ''): boolean {
  return INTERNAL.has(database) || name.startsWith('system.')
}

/** A scope as text: empty for the deployment. A database's name has no dot, so no two scopes have the same. */
export function scopeKey(scope: Scope): string {
  return scope.kind === 'deployment' ? '' : scope.kind === 'database' ? scope.database : `${scope.database}.${scope.name}`
}

/** The scopes that a collection lies in, from the widest to its own. */
export function scopesOf(database: string, name: string): string[] {
  if (isInternal(database, name))
    return [`${database}.${name}`]
  return name === '' ? ['', database] : ['', database, `${database}.${name}`]
}

/** Whether a stream over a scope tells of a change. */
export function concerns(scope: Scope, entry: LogEntry): boolean {
  if (entry.kind === 'rename') {
    const { database, name } = renamedTo(entry)
    return lies(scope, entry.database, entry.name) || lies(scope, database, name)
  }
  if (entry.kind === 'dropDatabase' && scope.kind === 'collection')
    return scope.database === entry.database
  return lies(scope, entry.database, entry.name)
}

function lies(scope: Scope, database: string, name: string): boolean {
  switch (scope.kind) {
    case 'collection':
      return scope.name === name && scope.database === database
    case 'database':
      return scope.database === database && !isInternal(database, name)
    case 'deployment':
      return !isInternal(database, name)
  }
}

/** Whether a change ends the streams over a scope. */
export function invalidates(scope: Scope, entry: LogEntry): boolean {
  switch (entry.kind) {
    case 'drop':
    case 'rename':
      return scope.kind === 'collection'
    case 'dropDatabase':
      return scope.kind !== 'deployment'
    default:
      return false
  }
}

/** The new name in the entry of a rename. */
export function renamedTo(entry: LogEntry): { database: string, name: string } {
  const to = decodeDocument(entry.documents[0]!)
  return { database: String(to.db), name: String(to.coll) }
}
