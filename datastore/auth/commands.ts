import type { Fields } from '../bson/decode.ts'
import type { Command, CommandContext, CommandTable } from '../commands/command.ts'
import type { User } from './users.ts'
import { flag, optionalDocument } from '../commands/command.ts'
import { asDatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { rolesOf } from './access.ts'
import { allows, readRoles } from './roles.ts'
import { MECHANISM } from './sasl.ts'
import { saslPrep } from './saslprep.ts'
import { credentialFor } from './scram.ts'

/**
 * What `hello` adds for somebody who wants to sign in: the mechanisms, the same for every name, and the answer to a first message
 * sent along. https://github.com/mongodb/specifications/blob/master/source/auth/auth.md
 */
export async function helloToSignIn({ body, server, session }: CommandContext): Promise<Fields> {
  const fields: Fields = body.saslSupportedMechs === undefined ? {} : { saslSupportedMechs: [MECHANISM] }
  const first = optionalDocument(body, 'speculativeAuthenticate')
  if (!first || first.saslStart === undefined)
    return fields
  try {
    return { ...fields, speculativeAuthenticate: await server.signIn.start(session, typeof first.db === 'string' ? first.db : 'admin', first) }
  }
  catch (error) {
    // A client whose guess is not understood begins again with `saslStart` and is told there.
    asDatastoreError(error)
    return fields
  }
}

const saslStart: Command = ({ server, session, database, body }) => server.signIn.start(session, database, body)
const saslContinue: Command = ({ server, session, body }) => server.signIn.continue(session, body)

const logout: Command = ({ session }) => {
  delete session.user
  delete session.conversation
  return {}
}

const connectionStatus: Command = ({ session, server, body }) => {
  const roles = rolesOf(session, server.users) ?? []
  const { user } = session
  return { authInfo: {
    authenticatedUsers: user ? [{ user: user.name, db: user.database }] : [],
    authenticatedUserRoles: roles.map(({ role, db }) => ({ role, db })),
    ...(flag(body, 'showPrivileges') ? { authenticatedUserPrivileges: [] } : {}),
  } }
}

async function createUser(context: CommandContext): Promise<Fields> {
  const { server, database, body } = context
  const name = userName(body.createUser)
  const roles = readRoles(body.roles, database)
  mayGrant(context, roles)
  const customData = optionalDocument(body, 'customData')
  await server.users.add({ name, database, roles, credential: await credentialFor(saslPrep(password(body))), ...(customData ? { customData } : {}) })
  return {}
}

async function updateUser(context: CommandContext): Promise<Fields> {
  const { server, database, body } = context
  const name = userName(body.updateUser)
  const roles = body.roles === undefined ? undefined : readRoles(body.roles, database)
  if (roles)
    mayGrant(context, roles)
  mayGrant(context, existing(server.users.find(name, database), name, database).roles)
  const credential = body.pwd === undefined ? undefined : await credentialFor(saslPrep(password(body)))
  const customData = optionalDocument(body, 'customData')
  if (!roles && !credential && !customData)
    fail('BadValue', 'Must specify at least one field to update in updateUser')
  await server.users.change(name, database, { ...(roles ? { roles } : {}), ...(credential ? { credential } : {}), ...(customData ? { customData } : {}) })
  return {}
}

/** Grants or takes away roles. */
function changeRoles(field: 'grantRolesToUser' | 'revokeRolesFromUser'): Command {
  return async (context) => {
    const { server, database, body } = context
    const name = userName(body[field])
    const named = readRoles(body.roles, database)
    mayGrant(context, named)
    const kept = existing(server.users.find(name, database), name, database).roles.filter(({ role, db }) => !named.some(other => other.role === role && other.db === db))
    await server.users.change(name, database, { roles: field === 'grantRolesToUser' ? [...kept, ...named] : kept })
    return {}
  }
}

async function dropUser(context: CommandContext): Promise<Fields> {
  const { server, database, body } = context
  const name = userName(body.dropUser)
  mayGrant(context, existing(server.users.find(name, database), name, database).roles)
  await server.users.remove(database, name)
  return {}
}

async function dropAllUsersFromDatabase(context: CommandContext): Promise<Fields> {
  const { server, database } = context
  for (const user of server.users.list(database))
    mayGrant(context, user.roles)
  return { n: await server.users.remove(database) }
}

/** Users as MongoDB shows them: what they may, and with `showCredentials` what is kept of their passwords. Without the right to manage users only oneself. */
function usersInfo({ server, session, database, body }: CommandContext): Fields {
  const roles = rolesOf(session, server.users) ?? []
  const visible = (user: User): boolean => session.trusted || allows(roles, 'users', user.database) || (user.name === session.user?.name && user.database === session.user.database)
  const users = asked(body.usersInfo, database).flatMap(({ name, db }) => server.users.list(db).filter(user => name === undefined || user.name === name)).filter(visible)
  const credentials = flag(body, 'showCredentials') && (session.trusted || allows(roles, 'server', 'admin'))
  return { users: users.map(({ fields }) => {
    const { credentials: kept, ...shown } = fields
    return { ...shown, ...(credentials ? { credentials: kept } : {}), mechanisms: [MECHANISM] }
  }) }
}

function asked(value: unknown, database: string): { name?: string, db?: string }[] {
  if (Array.isArray(value))
    return (value as unknown[]).flatMap(item => asked(item, database))
  if (isDocument(value) && 'forAllDBs' in value)
    return [{}]
  if (isDocument(value))
    return [{ name: userName(value.user), db: String(value.db ?? database) }]
  return typeof value === 'string' ? [{ name: value, db: database }] : [{ db: database }]
}

/** Nobody gives, takes or holds in hand roles that reach further than their own. */
function mayGrant({ session, server }: CommandContext, granted: readonly { role: string, db: string }[]): void {
  if (session.trusted)
    return
  const roles = rolesOf(session, server.users) ?? []
  for (const { role, db } of granted) {
    if (!allows(roles, 'users', db) || (role === 'root' && !allows(roles, 'server', 'admin')))
      fail('Unauthorized', `not authorized on ${db} to grant role ${role}`)
  }
}

function existing(user: User | undefined, name: string, database: string): User {
  return user ?? fail('UserNotFound', `Could not find user "${name}" for db "${database}"`)
}

function userName(value: unknown): string {
  return typeof value === 'string' && value !== '' && !value.includes('\0') && value.length <= 256 ? value : fail('BadValue', 'User document needs \'user\' field to be a non-empty string')
}

function password({ pwd, digestPassword, mechanisms }: Fields): string {
  if (digestPassword === false)
    fail('BadValue', 'Use of SCRAM-SHA-256 requires undigested passwords')
  if (Array.isArray(mechanisms) && (mechanisms.length === 0 || (mechanisms as unknown[]).some(mechanism => mechanism !== MECHANISM)))
    fail('BadValue', `This store has the mechanism ${MECHANISM} only`)
  return typeof pwd === 'string' && pwd !== '' ? pwd : fail('BadValue', 'Must provide a \'pwd\' field for all user documents, except those with \'$external\' as the user\'s source db')
}

export const userCommands: CommandTable = {
  saslStart,
  saslContinue,
  logout,
  connectionStatus,
  createUser,
  updateUser,
  dropUser,
  dropAllUsersFromDatabase,
  usersInfo,
  grantRolesToUser: changeRoles('grantRolesToUser'),
  revokeRolesFromUser: changeRoles('revokeRolesFromUser'),
}
