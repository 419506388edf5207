import { writeSync } from 'node:fs'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** Fills a collection, then builds an index on it while writing, and says when each begins. */
async function main(dir: string): Promise<void> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  const items = client.db('crash').collection<{ _id: number, a: number, text: string }>('items')
  for (let i = 0; i < 40; i++)
    await items.insertMany(Array.from({ length: 1000 }, (_, k) => ({ _id: i * 1000 + k, a: (i * 1000 + k) * 7919 % 40_000, text: 'x'.repeat(50) })))
  writeSync(1, 'filled\n')
  const built = items.createIndexes([{ key: { a: 1 }, unique: true }, { key: { text: 1, a: -1 } }])
  for (let i = 0; i < 5; i++)
    await items.updateOne({ _id: i }, { $set: { text: `changed ${i}` } })
  writeSync(1, 'building\n')
  await built
  writeSync(1, 'built\n')
}

void main(process.argv[2]!)
