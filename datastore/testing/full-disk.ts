import { writeSync } from 'node:fs'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** Writes until the disk takes no more, then reads, and says a line of JSON about it. */
async function main(dir: string): Promise<void> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  const items = client.db('full').collection<{ _id: number, u: number, text: string }>('items')
  await items.createIndex({ u: 1 }, { unique: true })
  let acknowledged = 0
  let error: { code?: number, codeName?: string, message: string } | undefined
  while (!error && acknowledged < 100_000) {
    const ids = Array.from({ length: 20 }, (_, i) => acknowledged + i)
    await items.insertMany(ids.map(_id => ({ _id, u: -_id, text: 'x'.repeat(2000) })), { writeConcern: { w: 1, journal: true } }).then(() => acknowledged += ids.length, (failure: typeof error) => error = failure)
  }
  const again = await items.insertOne({ _id: -1, u: 1, text: 'y'.repeat(3000) }, { writeConcern: { w: 1, journal: true } }).then(() => 'taken', (failure: Error) => failure.message)
  const readable = await items.countDocuments({ _id: { $gte: 0 } })
  const through = await items.findOne({ u: -5 })
  const deleted = await items.deleteMany({ _id: { $lt: acknowledged / 2, $ne: 5 } }).then<number | string>(({ deletedCount }) => deletedCount).catch((failure: Error) => failure.message)
  await new Promise(resolve => setTimeout(resolve, 200))
  const afterwards = await items.insertOne({ _id: -2, u: 2, text: 'z'.repeat(3000) }).then(() => 'taken', (failure: Error) => failure.message)
  writeSync(1, `${JSON.stringify({ acknowledged, code: error?.code, codeName: error?.codeName, message: error?.message, again, readable, through: through?._id, deleted, afterwards })}\n`)
  await client.close()
  await datastore.close().catch(() => {})
}

void main(process.argv[2]!)
