import type { Fields } from '../bson/decode.ts'
import { DatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'

/** A role on a database, as MongoDB writes it in user documents. */
export interface Role { role: string, db: string }

/**
 * What a command needs. `read` and `write` are rights on one database, `write` including its collections and indexes;
 * `own` its whole existence; `users` its users; `server` what concerns the whole store.
 */
export type Right = 'read' | 'write' | 'own' | 'users' | 'server'

const EVERYTHING: readonly Right[] = ['read', 'write', 'own', 'users', 'server']

/** The roles there are, https://www.mongodb.com/docs/manual/reference/built-in-roles/ Those of `admin` alone hold for every database. */
const ROLES: Readonly<Record<string, { rights: readonly Right[], everywhere?: true }>> = {
  read: { rights: ['read'] },
  readWrite: { rights: ['read', 'write'] },
  dbOwner: { rights: ['read', 'write', 'own', 'users'] },
  readAnyDatabase: { rights: ['read'], everywhere: true },
  readWriteAnyDatabase: { rights: ['read', 'write'], everywhere: true },
  userAdminAnyDatabase: { rights: ['users'], everywhere: true },
  backup: { rights: ['read'], everywhere: true },
  root: { rights: EVERYTHING, everywhere: true },
}

/** Whether some of the roles give a right on a database. */
export function allows(roles: readonly Role[], right: Right, database: string): boolean {
  return roles.some(({ role, db }) => {
    const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined
    return known !== undefined && known.rights.includes(right) && (known.everywhere === true || db === database)
  })
}

/**
 * The roles a command lists, each by name or as `{role, db}`.
 * @throws DatastoreError RoleNotFound (31) for one there is not
 */
export function readRoles(value: unknown, database: string): Role[] {
  if (!Array.isArray(value))
    return fail('TypeMismatch', 'BSON field \'roles\' is the wrong type, expected type \'array\'')
  return (value as unknown[]).map((item) => {
    const role: unknown = isDocument(item) ? item.role : item
    const db: unknown = isDocument(item) ? item.db : database
    if (typeof role !== 'string' || typeof db !== 'string')
      throw new DatastoreError('BadValue', 'Roles must be strings or documents with the fields role and db')
    const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined
    if (!known || (known.everywhere && db !== 'admin'))
      throw new DatastoreError('RoleNotFound', `Could not find role: ${role}@${db}`)
    return { role, db }
  })
}

/** The roles of a stored user. */
export function storedRoles(fields: Fields): Role[] {
  const list = Array.isArray(fields.roles) ? fields.roles as unknown[] : []
  return list.filter(isDocument).map(({ role, db }) => ({ role: String(role), db: String(db) }))
}
