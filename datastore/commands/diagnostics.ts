import type { Fields } from '../bson/decode.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { arch, cpus, hostname, release, totalmem, type } from 'node:os'
import process from 'node:process'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { flag, int32, int64 } from './command.ts'
import { SERVER_VERSION } from './session.ts'

/** What `getParameter` knows; MongoDB has hundreds. */
function parameters({ server, session }: CommandContext): Fields {
  return {
    featureCompatibilityVersion: { version: SERVER_VERSION.split('.', 2).join('.') },
    authenticationMechanisms: ['SCRAM-SHA-256'],
    maxIncomingConnections: int32(server.counters.connections.most),
    enableLocalhostAuthBypass: session.trusted,
  }
}

/** https://www.mongodb.com/docs/manual/reference/command/getParameter/ @throws DatastoreError InvalidOptions (72) when none of what is asked for is known */
function getParameter(context: CommandContext): Fields {
  const { body } = context
  const known = parameters(context)
  const all = body.getParameter === '*' || (isDocument(body.getParameter) && flag(body.getParameter, 'allParameters'))
  const asked = Object.entries(known).filter(([name]) => all || (name in body && name !== 'getParameter'))
  return asked.length === 0 ? fail('InvalidOptions', 'no option found to get') : Object.fromEntries(asked)
}

/** https://www.mongodb.com/docs/manual/reference/command/hostInfo/ */
function hostInfo({ store }: CommandContext): Fields {
  return {
    system: { currentTime: store.now(), hostname: hostname(), cpuAddrSize: int32(64), memSizeMB: int64(Math.round(totalmem() / 1024 / 1024)), numCores: int32(cpus().length), cpuArch: arch(), numaEnabled: false },
    os: { type: type(), name: process.platform, version: release() },
    extra: {},
  }
}

/** There is no log to read back here: what is worth saying goes where the program that started the store puts it. */
function getLog({ body }: CommandContext): Fields {
  if (body.getLog === '*')
    return { names: ['global', 'startupWarnings'] }
  if (body.getLog !== 'global' && body.getLog !== 'startupWarnings')
    fail('OperationFailed', `no RamLog named: ${String(body.getLog).slice(0, 64)}`)
  return { totalLinesWritten: int32(0), log: [] }
}

/** Only what is measured is answered, https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
function serverStatus({ store, server }: CommandContext): Fields {
  return {
    host: hostname(),
    version: SERVER_VERSION,
    process: 'datastore',
    pid: int64(process.pid),
    localTime: store.now(),
    ...server.counters.fields(),
    storageEngine: { name: 'lmdb', supportsCommittedReads: true, persistent: true, readOnly: false },
    metrics: { cursor: { timedOut: int64(store.cursors.timedOut), open: { total: int64(store.cursors.size) } } },
  }
}

export const diagnosticCommands: CommandTable = {
  getParameter,
  hostInfo,
  getLog,
  serverStatus,
  getCmdLineOpts: () => ({ argv: [], parsed: {} }),
  getFreeMonitoringStatus: () => ({ state: 'disabled' }),
  whatsmyuri: ({ session }) => ({ you: session.address }),
}
