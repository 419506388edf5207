import type { Db, Document } from 'mongodb'
import { Buffer } from 'node:buffer'
import { Binary, Long } from 'mongodb'

/** A command, how it is given to a database that has `rooms`, and a part of what is answered; an error is its code. */
export type CommandProbe = [name: string, run: (database: Db) => Promise<unknown>, answer: Document | Document[]]

const code = (error: number): { error: number } => ({ error })
const run = (command: Document) => (database: Db): Promise<unknown> => database.command(command)
const admin = (command: Document) => (database: Db): Promise<unknown> => database.admin().command(command)

async function goOn(database: Db): Promise<unknown> {
  const { cursor } = await database.command({ find: 'rooms', projection: { _id: 1 }, sort: { _id: 1 }, batchSize: 2 }, { promoteLongs: false }) as { cursor: { id: Long } }
  return database.command({ getMore: cursor.id, collection: 'rooms' })
}

export const COMMANDS: CommandProbe[] = [
  ['aggregate', run({ aggregate: 'rooms', pipeline: [{ $count: 'n' }], cursor: {} }), { cursor: { firstBatch: [{ n: 4 }] } }],
  ['aggregate', run({ aggregate: 'rooms', pipeline: [] }), code(9)],
  ['buildInfo', run({ buildInfo: 1 }), { maxBsonObjectSize: 16777216 }],
  ['bulkWrite', admin({ bulkWrite: 1, ops: [{ delete: 0, filter: { _id: 99 } }], nsInfo: [{ ns: 'probe.rooms' }] }), { nDeleted: 0, nErrors: 0 }],
  ['bulkWrite', admin({ bulkWrite: 1, ops: [{ delete: 4, filter: {} }], nsInfo: [{ ns: 'probe.rooms' }] }), code(2)],
  ['collMod', run({ collMod: 'rooms', validator: {} }), { ok: 1 }],
  ['collMod', run({ collMod: 'nowhere' }), code(26)],
  ['collStats', run({ collStats: 'rooms' }), { count: 4 }],
  ['compact', run({ compact: 'rooms' }), { ok: 1 }],
  ['connectionStatus', run({ connectionStatus: 1 }), { ok: 1 }],
  ['count', run({ count: 'rooms', query: { beds: 1 } }), { n: 2 }],
  ['count', run({ count: 'rooms', query: { beds: 1 }, limit: -1 }), { n: 1 }],
  ['create', run({ create: 'made' }), { ok: 1 }],
  ['create', run({ create: 'rooms' }), code(48)],
  ['create', run({ create: 'bad$name' }), code(73)],
  ['create', run({ create: 'system.foo' }), code(73)],
  ['createIndexes', run({ createIndexes: 'rooms', indexes: [{ key: { _id: 1 }, name: '_id_' }] }), { note: 'all indexes already exist' }],
  ['createUser', admin({ createUser: 'ia', pwd: 'x', roles: ['readAnyDatabase'] }), { ok: 1 }],
  ['createUser', admin({ createUser: 'jo', pwd: 'x', roles: ['emperor'] }), code(31)],
  ['dbStats', run({ dbStats: 1 }), { db: 'probe' }],
  ['delete', run({ delete: 'rooms', deletes: [{ q: { _id: 99 }, limit: 0 }] }), { n: 0 }],
  ['delete', run({ delete: 'rooms', deletes: [{ q: {} }] }), code(40414)],
  ['delete', run({ delete: 'rooms', deletes: [{ q: { _id: 99 }, limit: 1 }, { q: {}, limit: 1, limits: 2 }] }), code(40415)],
  ['delete', run({ delete: 'rooms', deletes: [{ q: {}, limit: 2 }] }), code(9)],
  ['deleteIndexes', run({ deleteIndexes: 'rooms', index: 'nothing_1' }), code(27)],
  ['distinct', run({ distinct: 'rooms', key: 'tags' }), { values: ['quiet', 'wide'] }],
  ['drop', run({ drop: 'nowhere' }), { ok: 1 }],
  ['dropDatabase', database => database.client.db('probe_gone').command({ dropDatabase: 1 }), { ok: 1 }],
  ['dropIndexes', run({ dropIndexes: 'rooms', index: 'nothing_1' }), code(27)],
  ['updateUser', admin({ updateUser: 'ia', pwd: 'y' }), { ok: 1 }],
  ['grantRolesToUser', admin({ grantRolesToUser: 'ia', roles: ['backup'] }), { ok: 1 }],
  ['revokeRolesFromUser', admin({ revokeRolesFromUser: 'ia', roles: ['backup'] }), { ok: 1 }],
  ['usersInfo', admin({ usersInfo: 'ia' }), { users: [{ user: 'ia', roles: [{ role: 'readAnyDatabase', db: 'admin' }] }] }],
  ['dropUser', admin({ dropUser: 'ia' }), { ok: 1 }],
  ['dropUser', admin({ dropUser: 'ia' }), code(11)],
  ['dropAllUsersFromDatabase', run({ dropAllUsersFromDatabase: 1 }), { n: 0 }],
  ['endSessions', admin({ endSessions: [] }), { ok: 1 }],
  ['explain', run({ explain: { find: 'rooms', filter: { _id: 1 } }, verbosity: 'executionStats' }), { executionStats: { nReturned: 1 } }],
  ['find', run({ find: 'rooms', filter: { _id: 1 }, projection: { name: 1 } }), { cursor: { firstBatch: [{ _id: 1, name: 'Attic' }] } }],
  ['find', run({ find: 'rooms', filters: {} }), code(40415)],
  ['find', run({ find: 'rooms', hint: 'nothing_1' }), code(2)],
  ['find', run({ find: 'rooms', limit: 'many' }), code(14)],
  ['find', run({ find: 'rooms', limit: -2 }), code(51024)],
  ['find', run({ find: 'rooms', skip: -1 }), code(51024)],
  ['findAndModify', run({ findAndModify: 'rooms', query: { _id: 99 }, remove: true }), { value: null }],
  ['findAndModify', run({ findAndModify: 'rooms' }), code(9)],
  ['getLog', admin({ getLog: 'startupWarnings' }), { log: [] }],
  ['getMore', goOn, { cursor: { nextBatch: [{ _id: 3 }, { _id: 4 }] } }],
  ['getMore', run({ getMore: Long.fromNumber(5), collection: 'rooms' }), code(43)],
  ['getMore', run({ getMore: 'five', collection: 'rooms' }), code(14)],
  ['getCmdLineOpts', admin({ getCmdLineOpts: 1 }), { ok: 1 }],
  ['getFreeMonitoringStatus', admin({ getFreeMonitoringStatus: 1 }), { state: 'disabled' }],
  ['getParameter', admin({ getParameter: 1, featureCompatibilityVersion: 1 }), { ok: 1 }],
  ['hello', run({ hello: 1 }), { isWritablePrimary: true }],
  ['isMaster', run({ isMaster: 1 }), { ismaster: true }],
  ['hostInfo', admin({ hostInfo: 1 }), { ok: 1 }],
  ['insert', run({ insert: 'rooms', documents: [{ _id: 1 }] }), { n: 0, writeErrors: [{ index: 0, code: 11000 }] }],
  ['insert', run({ insert: 'rooms', documents: [{ _id: 9 }], document: {} }), code(40415)],
  ['insert', run({ insert: 'rooms', documents: [{ _id: [1] }] }), { writeErrors: [{ code: 53 }] }],
  ['killAllSessions', admin({ killAllSessions: [] }), { ok: 1 }],
  ['killSessions', admin({ killSessions: [] }), { ok: 1 }],
  ['killCursors', run({ killCursors: 'rooms', cursors: [] }), { cursorsKilled: [] }],
  ['listCollections', run({ listCollections: 1, nameOnly: true, filter: { name: /^[hr]/ } }), { cursor: { firstBatch: [{ name: 'hosts' }, { name: 'rooms' }] } }],
  ['listCommands', run({ listCommands: 1 }), { commands: { ping: {} } }],
  ['listDatabases', admin({ listDatabases: 1, nameOnly: true, filter: { name: 'probe' } }), { databases: [{ name: 'probe' }] }],
  ['listIndexes', run({ listIndexes: 'rooms' }), { cursor: { firstBatch: [{ name: '_id_', key: { _id: 1 } }] } }],
  ['listIndexes', run({ listIndexes: 'nowhere' }), code(26)],
  ['logout', admin({ logout: 1 }), { ok: 1 }],
  ['ping', run({ ping: 1 }), { ok: 1 }],
  ['refreshSessions', admin({ refreshSessions: [] }), { ok: 1 }],
  ['renameCollection', async (database) => {
    await database.createCollection('old')
    return database.admin().command({ renameCollection: 'probe.old', to: 'probe.new' })
  }, { ok: 1 }],
  ['renameCollection', admin({ renameCollection: 'probe.nowhere', to: 'probe.there' }), code(26)],
  ['saslStart', admin({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: new Binary(Buffer.from('n,,n=ia,r=nonce')) }), { conversationId: 1, done: false }],
  ['saslStart', admin({ saslStart: 1, mechanism: 'PLAIN', payload: new Binary(Buffer.from('x')) }), code(334)],
  ['saslContinue', admin({ saslContinue: 1, conversationId: 9, payload: new Binary(Buffer.from('x')) }), code(17)],
  ['serverStatus', admin({ serverStatus: 1 }), { ok: 1 }],
  ['update', run({ update: 'rooms', updates: [{ q: { _id: 1 }, u: { $set: { beds: 1 } } }] }), { n: 1, nModified: 0 }],
  ['update', run({ update: 'rooms', updates: [{ q: {}, u: {}, multy: true }] }), code(40415)],
  ['update', run({ update: 'rooms', updates: [{ q: {}, u: 3 }] }), code(9)],
  ['update', run({ update: 'rooms', updates: [{ q: {}, u: { $set: { beds: 1 } }, multi: true, sort: { _id: 1 } }] }), { writeErrors: [{ code: 9 }] }],
  ['validate', run({ validate: 'rooms' }), { valid: true }],
  ['whatsmyuri', run({ whatsmyuri: 1 }), { ok: 1 }],
  ['unknown commands', run({ levitate: 1 }), code(59)],
]

/** Commands and parts of them that are refused. */
export const REFUSED_COMMANDS: CommandProbe[] = [
  ['transactions', run({ find: 'rooms', startTransaction: true, autocommit: false, txnNumber: Long.ONE }), code(20)],
  ['commitTransaction', admin({ commitTransaction: 1 }), code(20)],
  ['abortTransaction', admin({ abortTransaction: 1 }), code(20)],
  ['create: capped', run({ create: 'new', capped: true, size: 1000 }), code(115)],
  ['create: timeseries', run({ create: 'new', timeseries: { timeField: 't' } }), code(115)],
  ['find: tailable', run({ find: 'rooms', tailable: true }), code(2)],
  ['collMod: unique', run({ collMod: 'hosts', index: { keyPattern: { x: 1 }, prepareUnique: true } }), code(115)],
  ['read concern snapshot', run({ find: 'rooms', readConcern: { level: 'snapshot' } }), code(123)],
  ['read concern linearizable', run({ find: 'rooms', readConcern: { level: 'linearizable' } }), code(123)],
  ['write concern w > 1', run({ insert: 'rooms', documents: [{}], writeConcern: { w: 2 } }), code(2)],
  ['mapReduce', run({ mapReduce: 'rooms' }), code(59)],
  ['setParameter', admin({ setParameter: 1 }), code(59)],
  ['currentOp', admin({ currentOp: 1 }), code(59)],
  ['killOp', admin({ killOp: 1 }), code(59)],
  ['reIndex', run({ reIndex: 'rooms' }), code(59)],
  ['convertToCapped', run({ convertToCapped: 'rooms' }), code(59)],
  ['createSearchIndexes', run({ createSearchIndexes: 'rooms', indexes: [] }), code(31082)],
  ['dropSearchIndex', run({ dropSearchIndex: 'rooms', name: 'words' }), code(31082)],
  ['updateSearchIndex', run({ updateSearchIndex: 'rooms', name: 'words', definition: {} }), code(31082)],
  ['replSetGetStatus', admin({ replSetGetStatus: 1 }), code(59)],
]

/** Kinds of index and options of them. */
export const INDEXES: CommandProbe[] = [
  ['compound, descending', database => database.collection('hosts').createIndex({ since: -1, name: 1 }).then(name => ({ name })), { name: 'since_-1_name_1' }],
  ['unique', run({ createIndexes: 'hosts', indexes: [{ key: { u: 1, _id: 1 }, name: 'u', unique: true }] }), { ok: 1 }],
  ['unique', database => database.collection('rooms').createIndex({ beds: 1 }, { unique: true }), code(11000)],
  ['sparse', run({ createIndexes: 'hosts', indexes: [{ key: { a: 1 }, name: 'a', sparse: true, unique: true }] }), { ok: 1 }],
  ['partial', run({ createIndexes: 'hosts', indexes: [{ key: { b: 1 }, name: 'b', partialFilterExpression: { b: { $gt: 0 } } }] }), { ok: 1 }],
  ['TTL', run({ createIndexes: 'hosts', indexes: [{ key: { c: 1 }, name: 'c', expireAfterSeconds: 60 }] }), { ok: 1 }],
  ['collation', run({ createIndexes: 'hosts', indexes: [{ key: { d: 1 }, name: 'd', collation: { locale: 'en', strength: 2 } }] }), { ok: 1 }],
  ['hidden', run({ createIndexes: 'hosts', indexes: [{ key: { e: 1 }, name: 'e', hidden: true }] }), { ok: 1 }],
  ['hashed', run({ createIndexes: 'hosts', indexes: [{ key: { f: 'hashed' }, name: 'f' }] }), { ok: 1 }],
  ['same name, other key', run({ createIndexes: 'hosts', indexes: [{ key: { g: 1 }, name: 'f' }] }), code(86)],
  ['same key, other name', run({ createIndexes: 'hosts', indexes: [{ key: { c: 1 }, name: 'cc', expireAfterSeconds: 60 }] }), code(85)],
  ['same name, other options', run({ createIndexes: 'hosts', indexes: [{ key: { c: 1 }, name: 'c' }] }), code(85)],
  ['unknown options', run({ createIndexes: 'hosts', indexes: [{ key: { h: 1 }, name: 'h', fast: true }] }), code(197)],
  ['unnamed', run({ createIndexes: 'hosts', indexes: [{ key: { h: 1 } }] }), code(9)],
  ['partial', run({ createIndexes: 'hosts', indexes: [{ key: { h: 1 }, name: 'h', partialFilterExpression: { h: { $ne: 1 } } }] }), code(67)],
]

export const REFUSED_INDEXES: CommandProbe[] = [
  ['text', run({ createIndexes: 'hosts', indexes: [{ key: { x: 'text' }, name: 'x' }] }), code(67)],
  ['2d', run({ createIndexes: 'hosts', indexes: [{ key: { x: '2d' }, name: 'x' }] }), code(67)],
  ['2dsphere', run({ createIndexes: 'hosts', indexes: [{ key: { x: '2dsphere' }, name: 'x' }] }), code(67)],
  ['wildcard', run({ createIndexes: 'hosts', indexes: [{ key: { '$**': 1 }, name: 'x' }] }), code(67)],
]

/** Options of collections. */
export const OPTIONS: CommandProbe[] = [
  ['validator', run({ create: 'valid', validator: { $jsonSchema: { required: ['a'] } }, validationLevel: 'moderate' }), { ok: 1 }],
  ['viewOn, pipeline', run({ create: 'seen', viewOn: 'rooms', pipeline: [{ $match: { beds: 1 } }] }), { ok: 1 }],
  ['viewOn, pipeline', run({ insert: 'seen', documents: [{}] }), code(166)],
  ['collation', run({ create: 'folded', collation: { locale: 'en', strength: 1 } }), { ok: 1 }],
  ['collation', run({ create: 'odd', collation: { locale: 'en', caseLevel: true } }), code(115)],
  ['clusteredIndex', run({ create: 'clustered', clusteredIndex: { key: { _id: 1 }, unique: true } }), { ok: 1 }],
  ['changeStreamPreAndPostImages', run({ create: 'imaged', changeStreamPreAndPostImages: { enabled: true } }), { ok: 1 }],
]
