import { writeSync } from 'node:fs'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** Says a resume token, then writes without end and says each write once it was acknowledged: `token T`, then `+id` and `-id`, a line each. */
async function main(dir: string): Promise<void> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  const items = client.db('crash').collection<{ _id: string, n: number }>('items')
  const stream = items.watch([], { maxAwaitTimeMS: 10 })
  await stream.tryNext()
  writeSync(1, `token ${JSON.stringify(stream.resumeToken)}\n`)
  await stream.close()
  const writer = async (lane: number): Promise<void> => {
    for (let round = 0; ; round++) {
      const ids = Array.from({ length: 1 + round % 10 }, (_, i) => `${lane}-${round}-${i}`)
      await items.insertMany(ids.map(_id => ({ _id, n: round })))
      writeSync(1, ids.map(id => `+${id}\n`).join(''))
      await items.deleteOne({ _id: ids[0]! })
      writeSync(1, `-${ids[0]!}\n`)
    }
  }
  await Promise.all([0, 1, 2].map(writer))
}

void main(process.argv[2]!)
