import type { Fields } from '../bson/decode.ts'
import type { Command, CommandContext, CommandTable } from './command.ts'
import { helloToSignIn } from '../auth/commands.ts'
import { MAX_DOCUMENT_BYTES } from '../bson/layout.ts'
import { fail } from '../errors.ts'
import { MAX_MESSAGE_BYTES } from '../wire/frames.ts'
import { int32 } from './command.ts'

/** The MongoDB release whose answers this store gives, and the wire version that stands for it. */
export const SERVER_VERSION = '8.2.0'
const MAX_WIRE_VERSION = 27
const MAX_WRITE_BATCH = 100_000

const hello: Command = async context => ({
  ...greeting(context),
  ...await helloToSignIn(context),
})

function greeting({ body, store, session }: CommandContext): Fields {
  return {
    ...('hello' in body ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    maxBsonObjectSize: int32(MAX_DOCUMENT_BYTES),
    maxMessageSizeBytes: int32(MAX_MESSAGE_BYTES),
    maxWriteBatchSize: int32(MAX_WRITE_BATCH),
    localTime: store.now(),
    logicalSessionTimeoutMinutes: int32(30),
    minWireVersion: int32(0),
    maxWireVersion: int32(MAX_WIRE_VERSION),
    connectionId: int32(session.id),
    readOnly: false,
  }
}

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
}
