import { writeSync } from 'node:fs'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** Writes without end and says of each write, once it was acknowledged, that it was: `+id` or `-id` a line. */
async function main(dir: string): Promise<void> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  const items = client.db('crash').collection<{ _id: string, unique: string, group: number, tags: string[], n: number }>('items')
  await items.createIndex({ unique: 1 }, { unique: true })
  await items.createIndex({ group: 1, n: -1 })
  await items.createIndex({ tags: 1 })
  const writer = async (lane: number): Promise<void> => {
    for (let round = 0; ; round++) {
      const ids = Array.from({ length: 1 + round % 20 }, (_, i) => `${lane}-${round}-${i}`)
      await items.insertMany(ids.map((_id, i) => ({ _id, unique: `u${_id}`, group: i % 7, tags: [`t${i % 3}`, `l${lane}`], n: 0 })), { ordered: false })
      writeSync(1, ids.map(id => `+${id}\n`).join(''))
      await items.updateMany({ group: round % 7, tags: `l${lane}`, _id: { $in: ids } }, { $inc: { n: 1 }, $push: { tags: 'more' } })
      if (round % 3 === 0) {
        await items.deleteOne({ unique: `u${ids[0]!}` })
        writeSync(1, `-${ids[0]!}\n`)
      }
    }
  }
  await Promise.all([0, 1, 2, 3].map(writer))
}

void main(process.argv[2]!)
