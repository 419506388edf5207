import type { Fields } from '../bson/decode.ts'
import type { Right, Role } from './roles.ts'
import type { Session } from './session.ts'
import type { Users } from './users.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { allows } from './roles.ts'

/** Who may ask it: anybody, everybody who has signed in, or those with a right on the database. */
type Needed = 'nothing' | 'identity' | Right

const NEEDED: Readonly<Record<string, Needed>> = {
  ...each('nothing', ['hello', 'isMaster', 'ismaster', 'ping', 'buildInfo', 'buildinfo', 'saslStart', 'saslContinue', 'logout', 'connectionStatus', 'whatsmyuri', 'listCommands']),
  ...each('identity', ['endSessions', 'refreshSessions', 'killSessions', 'startSession', 'listDatabases', 'killCursors', 'commitTransaction', 'abortTransaction', 'renameCollection', 'bulkWrite', 'explain', 'usersInfo', 'hostInfo', 'getCmdLineOpts', 'getParameter', 'getLog', 'getFreeMonitoringStatus']),
  ...each('read', ['find', 'count', 'distinct', 'aggregate', 'getMore', 'listCollections', 'listIndexes', 'collStats', 'collstats', 'dbStats', 'dbstats']),
  ...each('write', ['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'create', 'drop', 'createIndexes', 'dropIndexes', 'deleteIndexes', 'createSearchIndexes', 'dropSearchIndex', 'updateSearchIndex', 'collMod', 'validate']),
  ...each('own', ['dropDatabase']),
  ...each('users', ['createUser', 'updateUser', 'dropUser', 'dropAllUsersFromDatabase', 'grantRolesToUser', 'revokeRolesFromUser']),
}

function each(needed: Needed, commands: readonly string[]): Record<string, Needed> {
  return Object.fromEntries(commands.map(command => [command, needed]))
}

/** A right demanded on a collection of a database, or on the database. */
type Demand = (right: Right, database: string, collection?: unknown) => void

/**
 * Refuses a command to those who may not give it. What the table does not name is for `root`.
 * @throws DatastoreError Unauthorized (13)
 */
export function authorize(session: Session, users: Users, name: string, database: string, body: Fields): void {
  // Whoever writes users with the ordinary commands changes them too.
  if (isPrivate(database, body[name]))
    users.version++
  if (session.trusted)
    return
  const needed = Object.hasOwn(NEEDED, name) ? NEEDED[name]! : 'server'
  if (needed === 'nothing')
    return
  const roles = rolesOf(session, users) ?? fail('Unauthorized', `Command ${name} requires authentication`)
  const demand: Demand = (right, where, collection) => demandOf(roles, name, right, where, collection)
  if (name === 'explain') {
    const inner = isDocument(body.explain) ? body.explain : {}
    return authorize(session, users, Object.keys(inner)[0] ?? '', database, inner)
  }
  if (name === 'renameCollection') {
    for (const namespace of [body.renameCollection, body.to])
      demand('write', ...split(namespace))
    return
  }
  if (needed === 'identity')
    return
  demand(needed, needed === 'server' ? 'admin' : database, name === 'getMore' ? body.collection : body[name])
  if (name === 'aggregate')
    demandForStages(body.pipeline, database, demand)
}

function demandOf(roles: readonly Role[], command: string, right: Right, database: string, collection: unknown): void {
  if (!allows(roles, isPrivate(database, collection) ? 'server' : right, database))
    fail('Unauthorized', `not authorized on ${database} to execute command ${command}`)
}

/** Refuses a command that names the collections it writes elsewhere than in its body. @throws DatastoreError Unauthorized (13) */
export function authorizeWrite(session: Session, users: Users, command: string, database: string, collection: string): void {
  if (isPrivate(database, collection))
    users.version++
  if (!session.trusted)
    demandOf(rolesOf(session, users) ?? [], command, 'write', database, collection)
}

function demandForStages(stages: unknown, database: string, demand: Demand): void {
  if (!Array.isArray(stages))
    return
  for (const stage of stages as unknown[]) {
    const [operator, value] = isDocument(stage) ? Object.entries(stage)[0] ?? [] : []
    if (operator === '$out' || operator === '$merge') {
      const target = isDocument(value) && isDocument(value.into) ? value.into : isDocument(value) ? value : {}
      demand('write', typeof target.db === 'string' ? target.db : database, typeof value === 'string' ? value : target.coll ?? (isDocument(value) ? value.into : undefined))
    }
    else if (operator === '$lookup' || operator === '$unionWith' || operator === '$graphLookup') {
      demand('read', database, isDocument(value) ? value.from ?? value.coll : value)
      demandForStages(isDocument(value) ? value.pipeline : undefined, database, demand)
    }
    else if (operator === '$facet' && isDocument(value)) {
      for (const pipeline of Object.values(value))
        demandForStages(pipeline, database, demand)
    }
    else if (operator === '$changeStream' && isDocument(value) && value.allChangesForCluster === true) {
      demand('server', 'admin')
    }
  }
}

/** The roles of who has signed in, read anew after users have changed; undefined for nobody. */
export function rolesOf(session: Session, users: Users): readonly Role[] | undefined {
  const { user } = session
  if (user && user.version !== users.version) {
    const present = users.find(user.name, user.database)
    if (present)
      session.user = { ...user, roles: present.roles, version: users.version }
    else
      delete session.user
  }
  return session.user?.roles
}

/** Whether somebody may read a database. */
export function mayRead(session: Session, users: Users, database: string): boolean {
  return session.trusted || allows(rolesOf(session, users) ?? [], 'read', database)
}

/** Whether a collection is one of those in which the store keeps credentials. */
function isPrivate(database: string, collection: unknown): boolean {
  return database === 'admin' && typeof collection === 'string' && collection.startsWith('system.')
}

function split(namespace: unknown): [database: string, collection: string] {
  const text = typeof namespace === 'string' ? namespace : ''
  const dot = text.indexOf('.')
  return dot < 0 ? ['admin', text] : [text.slice(0, dot), text.slice(dot + 1)]
}
