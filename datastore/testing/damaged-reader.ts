import { writeSync } from 'node:fs'
import process from 'node:process'
import { MongoClient } from 'mongodb'
import { startDatastore } from '../index.ts'

/** Reads all of a store that may be damaged, in several ways, and says whether it was told so. */
async function main(dir: string, many: number): Promise<string> {
  const datastore = await startDatastore({ dir })
  const client = await MongoClient.connect(datastore.uri)
  try {
    const items = client.db('d').collection<{ _id: number, a: number, text: string }>('items')
    const all = await items.find().toArray()
    const sorted = await items.find({ a: { $lte: 0 } }).sort({ a: -1 }).toArray()
    const whole = all.every(({ _id, a, text }, i) => _id === i && a === -i && text.startsWith(`item ${i} `))
    const { valid } = await client.db('d').command({ validate: 'items' })
    await items.updateMany({ _id: { $lt: 50 } }, { $inc: { a: 100_000 } })
    return all.length === many && sorted.length === many && whole && valid === true ? 'as before' : valid === true ? 'wrong' : 'damaged'
  }
  finally {
    await client.close()
    await datastore.close().catch(() => {})
  }
}

main(process.argv[2]!, Number(process.argv[3])).then(
  outcome => writeSync(1, `${outcome}\n`),
  (error: { codeName?: string, message: string }) => {
    writeSync(1, error.codeName === 'DataCorruptionDetected' ? 'damaged\n' : `${error.message}\n`)
  },
)
