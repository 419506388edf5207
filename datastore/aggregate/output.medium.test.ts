import { expect, it } from 'vitest'
import { startFixture } from '../testing/fixture.ts'

interface Item { _id: number, a: number }

it('an $out that fails half way leaves the collection as it was, nothing beside it, and tells change streams that what it wrote is gone', async () => {
  const fixture = await startFixture()
  const database = fixture.client.db('out')
  await database.collection<Item>('items').insertMany(Array.from({ length: 1200 }, (_, i) => ({ _id: i, a: i % 1100 })))
  const target = database.collection<Item>('target')
  await target.createIndex({ a: 1 }, { unique: true })
  await target.insertOne({ _id: 7, a: 7 })
  const stream = database.watch()
  const told: string[] = []
  await stream.tryNext()
  await expect(database.collection('items').aggregate([{ $out: 'target' }]).toArray()).rejects.toMatchObject({ code: 11000 })
  expect(await target.find().toArray()).toEqual([{ _id: 7, a: 7 }])
  expect((await database.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['items', 'target'])
  for (let change = await stream.tryNext(); change; change = await stream.tryNext())
    told.push(change.operationType)
  expect(told.at(-1)).toBe('drop')
  await stream.close()
  await fixture.close()
})

it('what an $out had written when the store was killed is dropped at the next start', async () => {
  const fixture = await startFixture()
  await fixture.client.db('out').collection('tmp.agg_out.cut').insertOne({ a: 1 })
  await fixture.client.db('out').collection('kept').insertOne({ a: 1 })
  await fixture.client.close()
  await fixture.datastore.close()
  const again = await startFixture({ dir: fixture.dir })
  expect((await again.client.db('out').listCollections().toArray()).map(({ name }) => name)).toEqual(['kept'])
  await again.close()
})
