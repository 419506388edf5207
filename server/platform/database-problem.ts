import { DatastoreError } from '#datastore'

/** MongoDB's error codes that tell what is wrong with an address. */
const unauthorized = 13
const authenticationFailed = 18
const noChangeStreams = 40_573

/** How an address that is waited for is shown: its hosts, without the user and the password. */
export function databaseHosts(uri: string): string {
  return /^mongodb(?:\+srv)?:\/\/(?:[^/]*@)?([^/?@]+)/.exec(uri)?.[1] ?? 'MONGODB_URI'
}

/**
 * What keeps the database from being used, in one line for whoever chose it. The embedded store says it itself; of another database it follows from the
 * driver's error, never with the password of the address. Null for an error that says something else.
 */
export function databaseProblem(error: Error): string | null {
  if (error instanceof DatastoreError) return error.codeName === 'InternalError' ? null : error.message
  if (/^Mongo(?:ose)?ServerSelectionError$/.test(error.name)) return selectionProblem(error)
  if (error.name === 'MongoParseError' || error instanceof URIError || /^(?:Unable to parse|Database names? )/.test(error.message)) return 'MONGODB_URI is not an address that a driver understands'
  if ('syscall' in error && (error.syscall === 'querySrv' || error.syscall === 'queryTxt')) return 'MONGODB_URI begins with mongodb+srv:// and names a host without such an entry in the DNS: check the name, or write mongodb://'
  return error.name === 'MongoServerError' && 'code' in error ? refusal(error.code) : null
}

function refusal(code: unknown): string | null {
  switch (code) {
    case authenticationFailed: return 'MONGODB_URI names a user whom the database does not let in: check the name, the password and authSource'
    case unauthorized: return 'MONGODB_URI names nobody who may use the database: check the user and what roles they have'
    case noChangeStreams: return 'MONGODB_URI leads to a MongoDB that is no replica set, and Loupe follows its changes: make it one of a single member, with --replSet and rs.initiate()'
    default: return null
  }
}

/** What the driver has seen of the servers when it gives up waiting for one that takes writes. */
interface Topology { setName: string | null, servers: ReadonlyMap<string, { error: Error | null }> }

function topologyOf(error: Error): Topology | null {
  return 'reason' in error && typeof error.reason === 'object' && error.reason !== null && 'servers' in error.reason ? error.reason as Topology : null
}

function selectionProblem(error: Error): string {
  const topology = topologyOf(error)
  if (!topology) return `MONGODB_URI leads to no server that answers: ${error.message}`
  // The driver forgets servers that belong to another set.
  if (topology.servers.size === 0) return `MONGODB_URI names the replica set ${topology.setName}, and the servers there belong to none of this name: correct replicaSet`
  const [first] = topology.servers
  const [address, server] = first!
  const cause = server.error?.cause
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN': return `MONGODB_URI names a host that the DNS does not know: ${address}`
    case 'ECONNREFUSED': return `MONGODB_URI leads to ${address}, where nobody listens: start the database, or correct the address`
    default: return `MONGODB_URI leads to ${[...topology.servers.keys()].join(', ')}, where no server that takes writes answers: look whether it runs, and check the network and tls`
  }
}
