import type { Datastore } from '../../../datastore/index.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose, { Schema } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startDatastore } from '../../../datastore/index.ts'

const PortSchema = new Schema({ name: { type: String, required: true, unique: true }, country: { type: String, lowercase: true } })

const VesselSchema = new Schema({
  name: { type: String, required: true, trim: true },
  port: { type: Schema.Types.ObjectId, ref: 'Port' },
  log: [{ at: Date, text: String }],
  price: Schema.Types.Decimal128,
  tags: { type: Map, of: String },
  saves: { type: Number, default: 0 },
}, {
  timestamps: true,
  optimisticConcurrency: true,
  discriminatorKey: 'kind',
  virtuals: {
    title: {
      get(): string {
        return `MV ${this.name}`
      },
    },
  },
})
VesselSchema.index({ name: 1, port: 1 })
VesselSchema.pre('save', function () {
  this.saves++
})

let dir: string
let datastore: Datastore
let connection: mongoose.Connection
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mongoose-test-'))
  datastore = await startDatastore({ dir })
  connection = await mongoose.createConnection(datastore.uriFor('fleet')).asPromise()
})
afterAll(async () => {
  await connection.close()
  await datastore.close()
  rmSync(dir, { recursive: true, force: true })
})

function modelsOf(on: mongoose.Connection) {
  const Port = on.model('Port', PortSchema)
  const Vessel = on.model('Vessel', VesselSchema)
  const Ferry = Vessel.discriminator('Ferry', new Schema({ seats: { type: Number, min: 1 } }))
  const Tug = Vessel.discriminator('Tug', new Schema({ power: Number }))
  return { Port, Vessel, Ferry, Tug }
}
let models: ReturnType<typeof modelsOf>
beforeEach(async () => {
  models ??= modelsOf(connection)
  await Promise.all(Object.values(models).map(model => model.init()))
  await Promise.all([models.Port.deleteMany({}), models.Vessel.deleteMany({})])
})

describe('mongoose on the store', () => {
  it('saves, validates, runs hooks and casts what it reads', async () => {
    const { Vessel } = models
    await expect(Vessel.create({})).rejects.toThrow('name: Path `name` is required')
    const saved = await Vessel.create({ name: ' Vega ', price: '12.50', tags: { flag: 'se' } })
    const found = await Vessel.findById(String(saved._id)).orFail()
    expect({ name: found.name, title: found.title, price: String(found.price), flag: found.tags?.get('flag'), saves: found.saves }).toEqual({ name: 'Vega', title: 'MV Vega', price: '12.50', flag: 'se', saves: 1 })
    expect(found.createdAt).toEqual(saved.createdAt)
    const wrong: Record<string, unknown> = { _id: saved._id, saves: 'many' }
    await expect(Vessel.findOne(wrong)).rejects.toThrow('Cast to Number failed')
  })

  it('follows references with conditions', async () => {
    const { Port, Vessel } = models
    const [visby, klaipeda] = await Port.create([{ name: 'Visby', country: 'SE' }, { name: 'Klaipėda', country: 'LT' }])
    await Vessel.create([{ name: 'A', port: visby!._id }, { name: 'B', port: klaipeda!._id }, { name: 'C' }])
    const vessels = await Vessel.find().sort('name').populate<{ port: { name: string } | null }>({ path: 'port', match: { country: 'se' }, select: 'name -_id' }).lean()
    expect(vessels.map(({ name, port }) => [name, port ?? null])).toEqual([['A', { name: 'Visby' }], ['B', null], ['C', null]])
  })

  it('keeps kinds of one model apart', async () => {
    const { Vessel, Ferry, Tug } = models
    await Ferry.create({ name: 'Ferry', seats: 400 })
    await Tug.create({ name: 'Tug', power: 5000 })
    await expect(Ferry.create({ name: 'Empty', seats: 0 })).rejects.toThrow('seats')
    expect(await Ferry.countDocuments()).toBe(1)
    expect((await Vessel.find().sort('name')).map(vessel => vessel.get('kind') as string)).toEqual(['Ferry', 'Tug'])
    expect(await Vessel.updateMany({ kind: 'Tug' }, { $inc: { power: 1 } })).toMatchObject({ modifiedCount: 1 })
  })

  it('notices that somebody else has saved meanwhile', async () => {
    const { Vessel } = models
    const { _id } = await Vessel.create({ name: 'Twin', log: [{ text: 'first' }] })
    const [mine, theirs] = await Promise.all([Vessel.findById(_id).orFail(), Vessel.findById(_id).orFail()])
    theirs.log.push({ text: 'second' })
    await theirs.save()
    mine.name = 'Lost'
    await expect(mine.save()).rejects.toBeInstanceOf(mongoose.Error.VersionError)
    expect((await Vessel.findById(_id).orFail()).log.map(({ text }) => text)).toEqual(['first', 'second'])
  })

  it('updates in place, with operators, arrays and upserts', async () => {
    const { Vessel } = models
    const { _id } = await Vessel.create({ name: 'Log', log: [{ text: 'a' }, { text: 'b' }] })
    const after = await Vessel.findOneAndUpdate({ _id, 'log.text': 'b' }, { $set: { 'log.$.text': 'B' }, $push: { tagged: 1 } }, { returnDocument: 'after', strict: false }).orFail()
    expect(after.log.map(({ text }) => text)).toEqual(['a', 'B'])
    const upserted = await Vessel.findOneAndUpdate({ name: 'Fresh' }, { saves: 7 }, { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true })
    expect(upserted).toMatchObject({ name: 'Fresh', saves: 7 })
    expect(upserted!.createdAt).toBeInstanceOf(Date)
  })

  it('writes in bulk and goes through cursors', async () => {
    const { Vessel } = models
    const result = await Vessel.bulkWrite([
      { insertOne: { document: { name: 'One' } } },
      { updateOne: { filter: { name: 'Two' }, update: { $set: { saves: 2 } }, upsert: true } },
    ])
    expect({ inserted: result.insertedCount, upserted: result.upsertedCount }).toEqual({ inserted: 1, upserted: 1 })
    await Vessel.insertMany(Array.from({ length: 250 }, (_, i) => ({ name: `Row ${i}` })))
    let n = 0
    for await (const vessel of Vessel.find({ name: /^Row/ }).cursor({ batchSize: 20 }))
      n += vessel.name.startsWith('Row') ? 1 : 0
    expect(n).toBe(250)
    expect(await Vessel.aggregate([{ $match: { name: /^Row \d$/ } }, { $group: { _id: null, n: { $sum: 1 }, names: { $push: '$name' } } }, { $project: { _id: 0, n: 1, first: { $arrayElemAt: ['$names', 0] } } }])).toEqual([{ n: 10, first: 'Row 0' }])
  })

  it('brings indexes into line with the schema', async () => {
    const { Port, Vessel } = models
    await expect(Port.create([{ name: 'Twice' }, { name: 'Twice' }])).rejects.toMatchObject({ code: 11000, keyValue: { name: 'Twice' } })
    await Vessel.collection.createIndex({ saves: 1 })
    expect(await Vessel.diffIndexes()).toEqual({ toDrop: ['saves_1'], toCreate: [] })
    expect(await Vessel.syncIndexes()).toEqual(['saves_1'])
    expect((await Vessel.collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'name_1_port_1'])
  })
})
