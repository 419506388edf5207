import type { Db } from 'mongodb'
import type { Item, ItemState } from './items.ts'
import type { House, Presence, Random } from './load.ts'
import type { StoreProcess, StoreProgram } from './store-process.ts'
import { MongoClient } from 'mongodb'
import { Expected } from './expected.ts'
import { INDEXES, itemStates } from './items.ts'
import { changeUntilCut } from './load.ts'
import { startAndKill, startStore } from './store-process.ts'

export interface KillOptions {
  program: StoreProgram
  /** An empty directory. */
  dir: string
  kills: number
  random: Random
  /** Is told of each kill that was survived. */
  survived?: (kill: number) => void
}

/** What came of it. */
export interface Survival { kills: number, whileStarting: number, acknowledged: number, problems: string[] }

const LONGEST_MILLIS = 700
const LONGEST_START_MILLIS = 1_500
const STARTS_CUT = 0.2

/**
 * Kills a store again and again with no chance to tidy up, while it is written to or while it starts, and compares what it holds afterwards with what it had acknowledged. Ends early
 * at the first disagreement.
 */
export async function killAgainAndAgain({ program, dir, kills, random, survived = () => {} }: KillOptions): Promise<Survival> {
  const house: House = { items: new Expected<ItemState>('absent'), indexes: new Expected<Presence>('absent'), collections: new Expected<Presence>('absent') }
  const problems: string[] = []
  let whileStarting = 0
  let done = 0
  while (done < kills && problems.length === 0) {
    await withStore(program, dir, async (store, client) => {
      problems.push(...await compare(client.db('house'), house))
      const cut = new Promise(resolve => setTimeout(resolve, random() * LONGEST_MILLIS)).then(store.kill)
      const refused = await changeUntilCut(client, house, random)
      await cut
      problems.push(...refused)
    })
    survived(++done)
    if (done < kills && random() < STARTS_CUT) {
      await startAndKill(program, dir, random() * LONGEST_START_MILLIS)
      whileStarting++
      survived(++done)
    }
  }
  await withStore(program, dir, async (_store, client) => void problems.push(...await compare(client.db('house'), house)))
  return { kills: done, whileStarting, acknowledged: house.items.acknowledged + house.indexes.acknowledged + house.collections.acknowledged, problems }
}

/** Starts a store for a round, which leaves no process behind even if it fails. */
async function withStore(program: StoreProgram, dir: string, round: (store: StoreProcess, client: MongoClient) => Promise<void>): Promise<void> {
  const store = await startStore(program, dir)
  const client = new MongoClient(store.uri, { serverSelectionTimeoutMS: 2_000, maxPoolSize: 12 })
  try {
    await round(store, client)
  }
  finally {
    await store.kill()
    await client.close()
  }
}

/** Every acknowledged change there, every document whole, and every index as a scan of all documents has it. */
async function compare(database: Db, house: House): Promise<string[]> {
  const items = database.collection<Item>('items')
  const names = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()
  const { states, problems } = await itemStates(items)
  problems.push(...house.items.settle(states))
  problems.push(...house.collections.settle(new Map(names.filter(name => name !== 'items').map(name => [name, 'there']))))
  const present = names.includes('items') ? (await items.indexes()).map(({ name }) => name!).filter(name => name !== '_id_') : []
  problems.push(...house.indexes.settle(new Map(present.map(name => [name, 'there']))))
  for (const name of present) {
    const { options } = INDEXES.find(index => index.name === name)!
    const found = await items.find(options?.partialFilterExpression ?? {}, { hint: name, projection: { _id: 1 } }).map(({ _id }) => _id).toArray()
    if (found.sort().join() !== [...states.keys()].sort().join())
      problems.push(`the index ${name} leads to ${found.length} documents, of which there are ${states.size}`)
  }
  for (const name of names) {
    const { valid, errors } = await database.command({ validate: name }) as { valid: boolean, errors: string[] }
    if (!valid)
      problems.push(...errors)
  }
  return problems
}
