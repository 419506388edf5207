import type { DeskHouse } from './testing/desk-house.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recordSignals } from '../readiness/index.ts'
import { instagramBody, smsBody, whatsappBody, whatsappEchoBody } from './testing/bodies.ts'
import { houseTime, startDeskHouse } from './testing/desk-house.ts'

const minute = 60_000
/** These run the whole of intake some dozens of times. */
const slow = 180_000
const writes = ['insertMany', 'insertOne', 'bulkWrite', 'updateOne', 'updateMany', 'findOneAndUpdate', 'deleteMany'] as const

let house: DeskHouse
beforeAll(async () => { house = await startDeskHouse() })
beforeEach(() => house.reset())
afterAll(() => house.close())

class Crash extends Error {
  override readonly name = 'MongoNetworkError'
}

/** Lets `count` writes reach the store and ends everything after them, as a kill does. Gives how many there were. */
async function crashAfter(count: number, run: () => Promise<void>): Promise<{ made: number, crashed: boolean }> {
  let made = 0
  const undo: (() => void)[] = []
  const db = house.ctx.connection.db!
  const command = db.command.bind(db)
  db.command = async (...given: Parameters<typeof command>) => {
    if (made >= count) throw new Crash('killed')
    made++
    return command(...given)
  }
  undo.push(() => { db.command = command })
  for (const model of Object.values(house.ctx.models)) {
    const { collection } = model as unknown as { collection: Record<string, (...given: unknown[]) => Promise<unknown>> }
    for (const name of writes) {
      const original = collection[name]!
      collection[name] = async function (this: unknown, ...given: unknown[]) {
        if (made >= count) throw new Crash('killed')
        made++
        return original.apply(collection, given)
      }
      undo.push(() => { delete collection[name] })
    }
  }
  try {
    await run()
    return { made, crashed: false }
  }
  catch (error) {
    if (!(error instanceof Crash)) throw error
    return { made, crashed: true }
  }
  finally { for (const restore of undo) restore() }
}

const earlier = [
  { body: whatsappBody([{ id: 'wamid.0', at: houseTime - 60 * minute, text: 'Do you have temple necklaces?' }]) },
  { body: whatsappBody([{ id: 'wamid.5', at: houseTime - 50 * minute, from: '6587654321', name: 'Lin' }]) },
]

const together = [
  { body: whatsappBody([
    { id: 'wamid.1', at: houseTime - 9 * minute, text: 'How much is it?' },
    { id: 'wamid.2', at: houseTime - 8 * minute, from: '971501234567', name: 'Noor', text: 'Salam' },
    { id: 'wamid.3', at: houseTime - 7 * minute, message: { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '🙏' } } },
    { id: 'wamid.4', at: houseTime - 6 * minute, message: { type: 'image', image: { id: 'media-1', mime_type: 'image/jpeg' } } },
  ]) },
  { body: whatsappEchoBody('wamid.e', 'Hello Lin', houseTime - 5 * minute, '6587654321') },
  { body: smsBody('+971501234567', 'also by SMS', 'SM1'), network: 'sms' as const },
  { body: instagramBody('178000111', '+91 98765 43210', houseTime - 4 * minute, 'mid.1'), network: 'instagram' as const },
  { body: whatsappBody([{ id: 'wamid.6', at: houseTime - 3 * minute, from: '6587654321', name: 'Lin', text: 'STOP' }]) },
]

/** What differs between two runs that are alike in all that counts: when a journal was opened, and whose time stands on it. */
const ofPeople = ({ merges: _, ...picture }: Record<string, unknown[]>) => picture

describe('an end at any point of a batch', () => {
  it('loses nothing and doubles nothing', async () => {
    const { store, takeAll, reset, picture } = house
    const begin = async (): Promise<void> => {
      await reset()
      await store(...earlier)
      await takeAll()
      await store(...together)
    }
    await begin()
    await takeAll()
    const undisturbed = await picture()
    expect(undisturbed.conversations).toHaveLength(4)

    let ends = 0
    for (let count = 0; ; count++) {
      await begin()
      const { crashed } = await crashAfter(count, takeAll)
      await takeAll({ suspect: true })
      expect(ofPeople(await picture()), `after ${count} writes`).toEqual(ofPeople(undisturbed))
      if (!crashed) break
      ends++
    }
    expect(ends).toBeGreaterThan(10)
  }, slow)

  it('of recording signals is completed by recording them again', async () => {
    const { store, takeAll, reset, picture, ctx } = house
    const signals = [1, 2, 3].map(n => ({ id: `s${n}`, type: 'piece_viewed' as const, at: new Date(houseTime + n), meta: { pieceId: 'r-221' } }))
    const begin = async (): Promise<string> => {
      await reset()
      await store(...earlier)
      await takeAll()
      return (await ctx.models.addresses.findById('phone:+919876543210').lean())!.customerId
    }
    await recordSignals(ctx, await begin(), signals)
    const undisturbed = await picture()
    for (let count = 0; count < 5; count++) {
      const customerId = await begin()
      await crashAfter(count, async () => { await recordSignals(ctx, customerId, signals) })
      await recordSignals(ctx, customerId, signals)
      expect(await picture()).toEqual(undisturbed)
    }
  })
})

describe('the same events', () => {
  const senders = ['919876543210', '6587654321', '971501234567']
  const writing = fc.record({ sender: fc.nat(2), kind: fc.constantFrom('text', 'price', 'reaction', 'thanks') })

  it('end in the same however they are split, batched anew or sent again', async () => {
    const { store, takeAll, reset, picture } = house
    await fc.assert(fc.asyncProperty(fc.array(writing, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 4 }), async (plan, cuts, repeats) => {
      const events = plan.map(({ sender, kind }, n) => ({
        id: `wamid.${n}`,
        at: houseTime + n * 1000,
        from: senders[sender]!,
        name: `Customer ${sender}`,
        ...(kind === 'reaction' ? { message: { type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '❤️' } } } : { text: kind === 'price' ? 'price?' : kind === 'thanks' ? 'thank you' : `Message ${n}` }),
      }))
      house.clock.now = houseTime + 60_000
      await reset()
      await store({ body: whatsappBody(events) })
      await takeAll()
      const whole = await picture()

      await reset()
      for (let n = 0; n < events.length;) {
        const size = 1 + cuts[n % cuts.length]!
        await store({ body: whatsappBody(events.slice(n, n + size)) })
        if (cuts[n % cuts.length]! % 2 === 0) await takeAll()
        n += size
      }
      await takeAll()
      for (const again of repeats) {
        await store({ body: whatsappBody(events.slice(again, again + 3)) })
        await takeAll({ suspect: again % 2 === 0 })
      }
      const { conversations, ...rest } = await picture()
      const { conversations: asWhole, ...others } = whole
      expect(rest).toEqual(others)
      expect(conversations).toEqual(asWhole)
    }), { numRuns: 10, interruptAfterTimeLimit: 12_000 })
  }, slow)
})
