import type { Customer, StoredSignal } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aSignal, put, putPerson } from '../conversations/testing/people.ts'
import { startTestHouse } from '../testing/harness.ts'
import { refold, rereadPeople, stateOf, withPiece } from './index.ts'

const now = Date.UTC(2026, 4, 20, 9)
const daysAgo = (days: number) => new Date(now - days * 86_400_000)
let house: TestHouse

beforeAll(async () => { house = await startTestHouse({ now: () => now }) }, 60_000)
afterAll(() => house.close())

const about = (type: StoredSignal['type'], days: number, pieceId = 'ring') => ({ type, at: daysAgo(days), meta: { pieceId } })
const seen = (...signals: ReturnType<typeof about>[]) => signals.reduce(withPiece, [])

const customerOf = async (id: string) => (await house.ctx.models.customers.findById(`customer-of-${id}`).lean<Customer>())!

async function putLife(id: string, signals: Pick<StoredSignal, 'type' | 'at' | 'meta'>[]): Promise<Customer> {
  await putPerson(house.ctx.models, { _id: id })
  await put(house.ctx.models, { signals: signals.map((signal, i) => aSignal({ _id: `${id}-${i}`, conversationId: id, ...signal })) })
  await refold(house.ctx, `customer-of-${id}`)
  return customerOf(id)
}

describe('the pieces that draw somebody', () => {
  it('are those that they looked at or wish for', () => {
    expect(seen(about('piece_viewed', 9), about('wishlist', 8))).toEqual([{ pieceId: 'ring', seen: 2, wished: true, lastAt: daysAgo(8) }])
  })

  it('are not those that they bought, brought back, had repaired, or heard of from us', () => {
    expect(seen(about('piece_viewed', 9), about('purchase', 8))).toEqual([])
    expect(seen(about('purchase', 8), about('repair_intake', 5), about('return', 4), about('touch_advisor', 3))).toEqual([])
  })

  it('are counted anew when they look again at what they have', () => {
    expect(seen(about('piece_viewed', 9), about('purchase', 8), about('piece_viewed', 2))).toEqual([{ pieceId: 'ring', seen: 1, wished: false, lastAt: daysAgo(2) }])
  })

  it('leave with the purchase what is known of others', async () => {
    const { pieces } = await putLife('buyer', [about('piece_viewed', 30), about('piece_viewed', 29, 'bangle'), about('purchase', 20)])
    expect(pieces.map(({ pieceId }) => pieceId)).toEqual(['bangle'])
  })
})

describe('a state that another engine wrote', () => {
  it('is folded anew from the ledger, also where nothing new has happened', async () => {
    const known = await putLife('old', [about('piece_viewed', 30), about('price_asked', 20)])
    await house.ctx.models.customers.updateOne({ _id: known._id }, { $set: { scoringState: { v: 0, folded: 2 } } })
    await rereadPeople(house.ctx, [await customerOf('old')])
    expect(stateOf(await customerOf('old'))).toMatchObject({ folded: 2, visits: 2 })
  })
})
