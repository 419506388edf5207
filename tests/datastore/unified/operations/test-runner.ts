import type { MongoClient } from 'mongodb'
import type { Entities } from '../entities.ts'
import type { Fields, Operation } from '../format.ts'
import type { Arguments } from './operation.ts'
import { setTimeout as wait } from 'node:timers/promises'
import { createEntities } from '../create-entities.ts'
import { operation as operationSchema } from '../format.ts'
import { match } from '../match.ts'
import { mismatch } from '../mismatch.ts'

const PATIENCE_MILLIS = 10_000

/** What the operations of `testRunner` work with. */
export interface Runner {
  entities: Entities
  /** A client of the runner's own, which observes nothing. */
  internal: MongoClient
  uri: string
  execute: (operation: Operation) => Promise<unknown>
}

type Special = (runner: Runner, given: Arguments) => Promise<void>

/** The special operations of the format, except those about fail points and other topologies. */
export const runnerOperations: Record<string, Special> = {
  assertCollectionExists: async ({ internal }, given) => collectionExists(internal, given, true),
  assertCollectionNotExists: async ({ internal }, given) => collectionExists(internal, given, false),
  assertDifferentLsidOnLastTwoCommands: async ({ entities }, { client }) => compareLsids(entities, client, false),
  assertEventCount: async ({ entities }, { client, event, count }) => {
    const found = entities.logOf(client).countMatching(event as Fields, entities)
    if (found !== count)
      mismatch('assertEventCount', `expected ${count}, found ${found}`)
  },
  assertIndexExists: async ({ internal }, given) => indexExists(internal, given, true),
  assertIndexNotExists: async ({ internal }, given) => indexExists(internal, given, false),
  assertNumberConnectionsCheckedOut: async ({ entities }, { client, connections }) => {
    const { checkedOut } = entities.logOf(client)
    if (checkedOut !== connections)
      mismatch('assertNumberConnectionsCheckedOut', `expected ${connections}, found ${checkedOut}`)
  },
  assertSameLsidOnLastTwoCommands: async ({ entities }, { client }) => compareLsids(entities, client, true),
  assertSessionDirty: async ({ entities }, { session }) => sessionDirty(entities, session, true),
  assertSessionNotDirty: async ({ entities }, { session }) => sessionDirty(entities, session, false),
  assertSessionTransactionState: async ({ entities }, { session, state }) => {
    const found = (entities.get('session', session) as unknown as { transaction: { state: string } }).transaction.state
    if (!found.toLowerCase().includes(String(state).toLowerCase().replace('none', 'no_transaction')))
      mismatch('assertSessionTransactionState', `expected ${state}, found ${found}`)
  },
  createEntities: async ({ entities, uri }, given) => createEntities(entities, uri, given.entities as Fields[]),
  runOnThread: async ({ entities, execute }, { thread, operation }) => {
    const held = entities.get('thread', thread)
    held.work = held.work.then(async () => void await execute(operationSchema.parse(operation)))
    // Whoever waits for the thread hears of its failure; until then it is nobody's.
    held.work.catch(() => {})
  },
  wait: async (_runner, { ms }) => wait(ms),
  waitForEvent: async ({ entities }, { client, event, count }) => {
    const until = Date.now() + PATIENCE_MILLIS
    while (entities.logOf(client).countMatching(event as Fields, entities) < count) {
      if (Date.now() > until)
        mismatch('waitForEvent', `${JSON.stringify(event)} did not come ${count} times`)
      await wait(10)
    }
  },
  waitForThread: ({ entities }, { thread }) => Promise.race([entities.get('thread', thread).work, wait(PATIENCE_MILLIS, undefined, { ref: false }).then(() => mismatch('waitForThread', 'the thread did not end'))]),
}

async function collectionExists(internal: MongoClient, { databaseName, collectionName }: Arguments, wanted: boolean): Promise<void> {
  const found = await internal.db(databaseName).listCollections({ name: collectionName }).toArray()
  if ((found.length > 0) !== wanted)
    mismatch(`${databaseName}.${collectionName}`, wanted ? 'the collection is not there' : 'the collection is there')
}

async function indexExists(internal: MongoClient, { databaseName, collectionName, indexName }: Arguments, wanted: boolean): Promise<void> {
  const names: unknown[] = await internal.db(databaseName).collection(collectionName).listIndexes().toArray().then(found => found.map((index): unknown => index.name), () => [])
  if (names.includes(indexName) !== wanted)
    mismatch(`${databaseName}.${collectionName} ${indexName}`, wanted ? 'the index is not there' : 'the index is there')
}

function compareLsids(entities: Entities, client: unknown, same: boolean): void {
  const [before, last] = entities.logOf(client).commands.slice(-2)
  if (!before?.lsid || !last?.lsid)
    return mismatch('lsid', 'the last two commands do not both have one')
  let equal = true
  try {
    match(before.lsid, last.lsid, entities)
  }
  catch {
    equal = false
  }
  if (equal !== same)
    mismatch('lsid', same ? 'the last two commands have different ones' : 'the last two commands have the same one')
}

/** The driver keeps a server session's state to itself. */
function sessionDirty(entities: Entities, session: unknown, wanted: boolean): void {
  const { serverSession } = entities.get('session', session) as unknown as { serverSession: { isDirty: boolean } }
  if (serverSession.isDirty !== wanted)
    mismatch(String(session), wanted ? 'the session is not dirty' : 'the session is dirty')
}
