import type { Session } from '../auth/session.ts'
import type { Fields } from '../bson/decode.ts'
import type { ServerState } from '../server-state.ts'
import type { Store } from '../store.ts'
import type { Handler } from '../wire/connection.ts'
import type { Request } from '../wire/frames.ts'
import type { CommandTable } from './command.ts'
import { Buffer } from 'node:buffer'
import { Double, Int32 } from 'bson'
import { checkWritable } from '../aggregate/target.ts'
import { authorize } from '../auth/access.ts'
import { userCommands } from '../auth/commands.ts'
import { backupCommands } from '../backup/commands.ts'
import { encodeDocument } from '../bson/encode.ts'
import { damageOf } from '../damage.ts'
import { asDatastoreError, fail } from '../errors.ts'
import { timeLimitOf } from '../time-limit.ts'
import { aggregateCommands } from './aggregate.ts'
import { bulkWriteCommands } from './bulk-write.ts'
import { collectionCommands } from './collections.ts'
import { checkConcerns } from './concerns.ts'
import { countReply } from './count-reply.ts'
import { createCommands } from './create.ts'
import { cursorCommands } from './cursors.ts'
import { diagnosticCommands } from './diagnostics.ts'
import { explainCommands } from './explain.ts'
import { checkCommandFields } from './fields.ts'
import { findCommands } from './find.ts'
import { indexCommands } from './indexes.ts'
import { sessionCommands } from './session.ts'
import { statisticsCommands } from './statistics.ts'
import { writeCommands } from './write.ts'

const COMMANDS: CommandTable = { ...sessionCommands, ...findCommands, ...writeCommands, ...bulkWriteCommands, ...aggregateCommands, ...collectionCommands, ...createCommands, ...indexCommands, ...cursorCommands, ...explainCommands, ...userCommands, ...diagnosticCommands, ...statisticsCommands, ...backupCommands, listCommands }

/** https://www.mongodb.com/docs/manual/reference/command/listCommands/ */
function listCommands(): Fields {
  return { commands: Object.fromEntries(Object.keys(COMMANDS).map(name => [name, { help: '' }])) }
}

/** Commands that a collection is needed for. */
const NOT_ON_VIEWS = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'createIndexes', 'listIndexes', 'dropIndexes', 'deleteIndexes', 'collStats', 'collstats', 'validate'])

/** Commands that add to the data. */
const GROWING = new Set(['insert', 'update', 'findAndModify', 'findandmodify', 'bulkWrite', 'create', 'createIndexes', 'createUser', 'compact'])

/** Answers the requests of one connection from a store. */
export function commandHandler(store: Store, server: ServerState, session: Session): Handler {
  return async (request, gone) => {
    try {
      const reply = await run(store, server, session, request, gone)
      return Buffer.isBuffer(reply) ? reply : countReply(reply) ?? encodeDocument({ ...reply, ok: new Double(1) })
    }
    catch (error) {
      const damage = damageOf(error)
      if (damage)
        store.refuseWrites(damage)
      server.trouble.met(Object.keys(request.body)[0] ?? '', damage ?? error)
      return errorReply(damage ?? error)
    }
  }
}

function run(store: Store, server: ServerState, session: Session, request: Request, gone: AbortSignal): ReturnType<CommandTable[string]> {
  const { body } = request
  const [name = ''] = Object.keys(body)
  server.counters.asked(name)
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command)
    return fail('CommandNotFound', `no such command: '${name}'`)
  if (body.startTransaction === true || body.autocommit === false || body.txnNumber !== undefined)
    fail('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos')
  const database = typeof body.$db === 'string' ? body.$db : fail('FailedToParse', 'BSON field \'$db\' is missing but a required field')
  authorize(session, server.users, name, database, body)
  checkCommandFields(name, body)
  checkConcerns(name, body)
  if (GROWING.has(name))
    store.room.mayGrow()
  if (NOT_ON_VIEWS.has(name) && typeof body[name] === 'string')
    checkWritable(store, database, body[name])
  // What `getMore` says is how long a change stream waits; other cursors have the limit they were opened with.
  const limit = name === 'getMore' ? undefined : timeLimitOf(body.maxTimeMS)
  return command({ store, server, session, database, body, request, gone, ...(limit ? { limit } : {}) })
}

/** Ends of a change stream after which a driver must not resume it by itself. https://www.mongodb.com/docs/manual/reference/error-codes/ */
const NOT_RESUMABLE: ReadonlySet<string> = new Set(['ChangeStreamFatalError', 'ChangeStreamHistoryLost'])

function errorReply(error: unknown): Buffer {
  const { code, codeName, message, details } = asDatastoreError(error)
  const labels = NOT_RESUMABLE.has(codeName) ? { errorLabels: ['NonResumableChangeStreamError'] } : {}
  const reply: Fields = { ok: new Double(0), errmsg: message, code: new Int32(code), codeName, ...labels, ...details }
  return encodeDocument(reply)
}
