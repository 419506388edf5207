import type { Fields } from './bson/decode.ts'
import process from 'node:process'
import { Int32, Long } from 'bson'

const OPERATIONS: Readonly<Record<string, keyof Counters['operations']>> = {
  insert: 'insert',
  find: 'query',
  aggregate: 'query',
  count: 'query',
  distinct: 'query',
  update: 'update',
  findAndModify: 'update',
  findandmodify: 'update',
  delete: 'delete',
  getMore: 'getmore',
}

/** What a server has been asked since it started. */
export class Counters {
  readonly started = performance.now()
  readonly operations = { insert: 0, query: 0, update: 0, delete: 0, getmore: 0, command: 0 }
  readonly connections = { current: 0, most: 0, created: 0, refused: 0 }
  readonly network = { bytesIn: 0, bytesOut: 0, requests: 0 }

  constructor(mostConnections: number) {
    this.connections.most = mostConnections
  }

  asked(command: string): void {
    this.operations[(Object.hasOwn(OPERATIONS, command) && OPERATIONS[command]) || 'command']++
  }

  /** The fields of `serverStatus` that stand for these numbers, https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
  fields(): Fields {
    const { rss, arrayBuffers, heapUsed, external } = process.memoryUsage()
    const megabytes = (bytes: number): Int32 => new Int32(Math.round(bytes / 1024 / 1024))
    const { current, most, created, refused } = this.connections
    return {
      uptime: (performance.now() - this.started) / 1000,
      uptimeMillis: Long.fromNumber(Math.round(performance.now() - this.started)),
      connections: { current: new Int32(current), available: new Int32(Math.max(0, most - current)), totalCreated: Long.fromNumber(created), rejected: Long.fromNumber(refused) },
      network: { bytesIn: Long.fromNumber(this.network.bytesIn), bytesOut: Long.fromNumber(this.network.bytesOut), numRequests: Long.fromNumber(this.network.requests) },
      opcounters: Object.fromEntries(Object.entries(this.operations).map(([name, n]) => [name, Long.fromNumber(n)])),
      mem: { bits: new Int32(64), resident: megabytes(rss), heapUsed: megabytes(heapUsed), external: megabytes(external + arrayBuffers) },
    }
  }
}
