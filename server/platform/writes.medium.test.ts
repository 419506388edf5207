import type { DeskHouse } from '../intake/testing/desk-house.ts'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDeskHouse } from '../intake/testing/desk-house.ts'
import { derived, durable } from './database.ts'
import { changeEach, insertMissing, WriteRefused } from './writes.ts'

let house: DeskHouse
beforeAll(async () => { house = await startDeskHouse() })
afterAll(() => house.close())

const note = (id: string, text = 'Prefers rose gold') => ({ _id: id, conversationId: 'c', authorId: 'a', authorName: 'A', text, at: new Date(0), revision: 1, left: undefined })

describe('documents that may be there already', () => {
  it('are written, all but those that are', async () => {
    const { notes } = house.ctx.models
    expect(await insertMissing(notes, [note('a'), note('b')], derived)).toEqual(new Set())
    expect(await insertMissing(notes, [note('c'), note('a', 'another'), note('d'), note('b')], durable)).toEqual(new Set([1, 3]))
    const kept = await notes.find({ _id: { $in: ['a', 'b', 'c', 'd'] } }).lean()
    expect(kept.map(({ text }) => text)).toEqual(Array.from({ length: 4 }).fill('Prefers rose gold'))
    expect(Object.keys(kept[0]!)).not.toContain('left')
  })

  it('are told by their positions when they take more than one command', async () => {
    const { notes } = house.ctx.models
    const long = 'x'.repeat(1_500_000)
    await insertMissing(notes, [note('long-3')], derived)
    const many = Array.from({ length: 6 }, (_, i) => note(`long-${i}`, long))
    expect(await insertMissing(notes, many, derived)).toEqual(new Set([3]))
    expect(await notes.countDocuments({ _id: /^long-/ })).toBe(6)
  })

  it('need nothing of the store when there are none', async () => {
    expect(await insertMissing(house.ctx.models.notes, [], durable)).toEqual(new Set())
  })

  it('are refused with the store\'s code when it does not take them', async () => {
    await expect(insertMissing(house.ctx.models.notes, [{ ...note('bad'), _id: ['no', 'list'] }], durable)).rejects.toBeInstanceOf(WriteRefused)
  })
})

describe('guarded changes', () => {
  it('change what is as it was read, and say how many found it so', async () => {
    const { notes } = house.ctx.models
    await insertMissing(notes, [note('e'), note('f')], derived)
    const to = (_id: string, revision: number) => ({ filter: { _id, revision }, set: { text: 'changed', revision: revision + 1 } })
    expect(await changeEach(notes, [to('e', 1), to('f', 7)], durable)).toBe(1)
    expect(await notes.find({ _id: { $in: ['e', 'f'] } }).sort({ _id: 1 }).lean()).toMatchObject([{ text: 'changed', revision: 2 }, { text: 'Prefers rose gold', revision: 1 }])
  })
})

describe('a store that is not there', () => {
  it('is told at once, as the driver tells it', async () => {
    const away = await startDeskHouse()
    const { notes } = away.ctx.models
    await away.ctx.connection.close()
    await expect(insertMissing(notes, [note('a')], durable)).rejects.toBeInstanceOf(mongo.MongoNotConnectedError)
    await away.close()
  })
})
