import type { Reason } from '#contracts'
import type { Customer, StoredSignal } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyState, foldInto, priorModel } from '#scoring'
import { costsOf } from '../conversations/testing/cost.ts'
import { aSignal, put, putPerson } from '../conversations/testing/people.ts'
import { fillSimulated, night } from '../learning/testing/simulated.ts'
import { startTestHouse } from '../testing/harness.ts'
import { eventsBehind, refold, stateOf } from './index.ts'

const dayMs = 86_400_000
const daysAgo = (days: number) => new Date(night - days * dayMs)
let house: TestHouse

beforeAll(async () => { house = await startTestHouse({ now: () => night }) }, 60_000)
afterAll(() => house.close())

const reason = (code: string, params: Reason['params'] = {}): Reason => ({ code, params, logit: 1, signalIds: [] })

/** Somebody with these signals, and what is behind a reason of theirs. */
async function putLife(id: string, signals: (Partial<StoredSignal> & Pick<StoredSignal, '_id' | 'type' | 'at'>)[]) {
  await putPerson(house.ctx.models, { _id: id })
  await put(house.ctx.models, { signals: signals.map(signal => aSignal({ ...signal, conversationId: id })) })
  const state = emptyState()
  for (const { _id, type, at, meta } of signals.toSorted((a, b) => a.at.getTime() - b.at.getTime())) foldInto(priorModel(), state, { id: _id, type, at: at.getTime(), ...(meta ? { meta } : {}) })
  return async (said: Reason, untilMs?: number) => (await eventsBehind(house.ctx, `customer-of-${id}`, state, [said], untilMs))[0]!
}
const idsOf = ({ events }: { events: { id: string }[] }) => events.map(event => event.id)

describe('what is behind a reason', () => {
  it('is found for every reason that the engine gives of anybody who was heard from', async () => {
    const { customers } = await fillSimulated(house.ctx, 25)
    const codes = new Set<string>()
    for (const { _id } of customers) {
      await refold(house.ctx, _id)
      const customer = (await house.ctx.models.customers.findById(_id).lean<Customer>())!
      const { reasons } = customer.readiness!
      const behind = await eventsBehind(house.ctx, _id, stateOf(customer)!, reasons)
      reasons.forEach(({ code }, i) => {
        codes.add(code)
        if (code === 'never_heard') return
        expect(behind[i]!.events.length, code).toBeGreaterThan(0)
        const times = behind[i]!.events.map(({ at }) => at)
        expect(times, code).toEqual(times.toSorted().reverse())
      })
    }
    expect(codes.size).toBeGreaterThan(6)
  }, 60_000)

  describe('in a long life', () => {
    let behind: Awaited<ReturnType<typeof putLife>>
    beforeAll(async () => {
      behind = await putLife('long', [
        { _id: 'voice', type: 'voice', at: daysAgo(200), messageId: 'the-voice-note' },
        { _id: 'look-1', type: 'piece_viewed', at: daysAgo(190), meta: { pieceId: 'ring', pieceName: 'Solitaire' } },
        { _id: 'look-2', type: 'product_enquiry', at: daysAgo(185), meta: { pieceId: 'ring', pieceName: 'Solitaire' }, messageId: 'the-enquiry' },
        { _id: 'another', type: 'piece_viewed', at: daysAgo(184), meta: { pieceId: 'bangle', pieceName: 'Bangle' } },
        ...Array.from({ length: 1200 }, (_, i) => ({ _id: `said-${i}`, type: 'message' as const, at: daysAgo(180 - i / 10), messageId: `message-${i}` })),
        ...Array.from({ length: 1200 }, (_, i) => ({ _id: `ours-${i}`, type: 'touch_advisor' as const, at: daysAgo(50 - i / 100) })),
        { _id: 'back', type: 'message', at: daysAgo(5), messageId: 'the-return' },
        { _id: 'thanks', type: 'message', at: daysAgo(4), meta: { polite: true } },
      ])
    })

    it('a voice note is found however much was said since, and leads to the message that it is', async () => {
      expect(await behind(reason('signal_seen', { signal: 'voice', times: 1, days: 200 }))).toMatchObject({ events: [{ id: 'voice', signal: 'voice', entryId: 'the-voice-note' }], more: false })
    })

    it('looks at a piece are those at this piece, in the thread or as the message that asked', async () => {
      expect((await behind(reason('piece_again', { piece: 'Solitaire', times: 2, days: 5 }))).events).toMatchObject([{ id: 'look-2', entryId: 'the-enquiry' }, { id: 'look-1', entryId: 'look-1' }])
    })

    it('a silence begins with the last thing they did, which a courtesy is not', async () => {
      expect(idsOf(await behind(reason('silence_within_rhythm', { days: 5, usual: 9 })))).toEqual(['back'])
    })

    it('coming back after a quiet is the newest visit alone', async () => {
      expect(idsOf(await behind(reason('back_after_quiet', { quietDays: 55 })))).toEqual(['back'])
    })

    it('of many things the newest stand for the rest', async () => {
      const often = await behind(reason('comes_often', { visits: 100, days: 200 }))
      expect([often.events.length, often.more]).toEqual([8, true])
    })

    it('of a past day is what had happened by then', async () => {
      expect(idsOf(await behind(reason('silence_first', { days: 1 }), daysAgo(187).getTime()))).toEqual(['look-1'])
    })

    it('is read through an index, whatever lies between', async () => {
      const all = [reason('signal_seen', { signal: 'voice', times: 1, days: 200 }), reason('piece_again', { piece: 'Solitaire', times: 2, days: 5 }), reason('comes_often'), reason('touches_unanswered', { n: 8 }), reason('came_from', { source: 'ad' })]
      for (const said of all) {
        for (const cost of await costsOf(house.ctx.models, () => behind(said))) {
          expect(cost.plan).toMatch(/customerId_1_(?:type_1_)?at_1/)
          expect(cost.plan).not.toContain('"SORT"')
          expect(cost.docs, said.code).toBeLessThan(1300)
        }
      }
    })
  })

  it('is for touches without an answer all that we wrote since they were heard, also what went at one go', async () => {
    const minutesBefore = (days: number, minutes: number) => new Date(daysAgo(days).getTime() - minutes * 60_000)
    const behind = await putLife('waiting', [
      { _id: 'old-touch', type: 'touch_advisor', at: daysAgo(40) },
      { _id: 'heard', type: 'message', at: daysAgo(30), messageId: 'the-last-word' },
      { _id: 'picture', type: 'touch_advisor', at: minutesBefore(20, 2) },
      { _id: 'line', type: 'touch_advisor', at: daysAgo(20) },
      { _id: 'reminder', type: 'touch_followup', at: daysAgo(10) },
    ])
    expect(idsOf(await behind(reason('touches_unanswered', { n: 2 })))).toEqual(['reminder', 'line', 'picture'])
  })

  it('is nothing for a reason that this engine does not give, and where nobody was heard', async () => {
    const behind = await putLife('mute', [{ _id: 'touch', type: 'touch_advisor', at: daysAgo(3) }])
    expect(await behind(reason('repeated_piece'))).toEqual({ events: [], more: false })
    expect(await behind(reason('never_heard'))).toEqual({ events: [], more: false })
    expect(await behind(reason('constructor'))).toEqual({ events: [], more: false })
  })
})
