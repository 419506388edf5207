import type { Command, CommandTable } from './command.ts'
import process from 'node:process'
import { MAX_DOCUMENT_BYTES } from '../bson/layout.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { MAX_MESSAGE_BYTES } from '../wire/frames.ts'
import { int32 } from './command.ts'

/** The MongoDB release whose answers this store gives, and the wire version that stands for it. */
const SERVER_VERSION = '7.0.0'
const MAX_WIRE_VERSION = 21
const MAX_WRITE_BATCH = 100_000

const hello: Command = ({ body, store }) => ({
  ...('hello' in body ? { isWritablePrimary: true } : { ismaster: true }),
  helloOk: true,
  maxBsonObjectSize: int32(MAX_DOCUMENT_BYTES),
  maxMessageSizeBytes: int32(MAX_MESSAGE_BYTES),
  maxWriteBatchSize: int32(MAX_WRITE_BATCH),
  localTime: store.now(),
  logicalSessionTimeoutMinutes: int32(30),
  minWireVersion: int32(0),
  maxWireVersion: int32(MAX_WIRE_VERSION),
  readOnly: false,
})

const noTransactions: Command = () => fail('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos')

export const sessionCommands: CommandTable = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: () => ({}),
  buildInfo: () => ({ version: SERVER_VERSION, versionArray: SERVER_VERSION.split('.').map(Number).concat(0), gitVersion: 'none', modules: [], bits: int32(64), debug: false, maxBsonObjectSize: int32(MAX_DOCUMENT_BYTES), storageEngines: ['lmdb'] }),
  buildinfo: context => sessionCommands.buildInfo!(context),
  endSessions: () => ({}),
  refreshSessions: () => ({}),
  killSessions: () => ({}),
  killAllSessions: () => ({}),
  commitTransaction: noTransactions,
  abortTransaction: noTransactions,
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  whatsmyuri: () => ({ you: 'local' }),
  hostInfo: () => ({ system: { hostname: 'local', cpuAddrSize: int32(64) }, os: { type: process.platform } }),
  getLog: () => ({ totalLinesWritten: int32(0), log: [] }),
  getFreeMonitoringStatus: () => ({ state: 'disabled' }),
  getCmdLineOpts: () => ({ argv: [], parsed: {} }),
  getParameter: ({ body }) => isDocument(body.getParameter) || body.getParameter === '*' || 'featureCompatibilityVersion' in body
    ? { featureCompatibilityVersion: { version: '7.0' } }
    : fail('InvalidOptions', 'no option found to get'),
  serverStatus: ({ store }) => ({ host: 'local', version: SERVER_VERSION, process: 'datastore', pid: process.pid, uptime: process.uptime(), localTime: store.now(), metrics: { cursor: { open: { total: store.cursors.size } } } }),
}
