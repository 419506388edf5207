import type { Users } from './users.ts'
import { randomBytes } from 'node:crypto'
import { saslPrep } from './saslprep.ts'
import { credentialFor } from './scram.ts'

/** Who is to be able to sign in to a store that has no users yet; what is left out is made up. */
export interface FirstUser { name?: string, password?: string }

const DEFAULT_NAME = 'admin'
const PASSWORD_BYTES = 18

/**
 * Makes sure that somebody can sign in: a store without users gets one with the role `root`, as named, or `admin`, and with a password made up where none is given.
 * @returns the user that was made, with the password only when it was made up here; undefined when there are users
 */
export async function ensureFirstUser(users: Users, wanted: FirstUser | undefined): Promise<{ name: string, password?: string } | undefined> {
  if (!users.isEmpty)
    return undefined
  const name = wanted?.name ?? DEFAULT_NAME
  const password = wanted?.password ?? randomBytes(PASSWORD_BYTES).toString('base64url')
  await users.add({ name, database: 'admin', roles: [{ role: 'root', db: 'admin' }], credential: await credentialFor(saslPrep(password)) })
  return { name, ...(wanted?.password === undefined ? { password } : {}) }
}
