import type { ThreadEntry, ThreadPage } from '#contracts'
import type { Message, Note, StoredSignal } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overlap } from './changes.ts'
import { costsOf } from './testing/cost.ts'
import { people, startInbox } from './testing/house.ts'
import { aMessage, aNote, aSignal, minutesAfter, put, putPerson } from './testing/people.ts'
import { messagePage, threadPage } from './thread.ts'

let house: TestHouse
beforeAll(async () => { house = await startInbox() })
afterAll(() => house.close())

const reader = { ...people.mumbai, storeIds: ['mumbai'] }
const page = (id: string, query: { limit?: number, cursor?: string | undefined, since?: number } = {}) => threadPage(house.ctx, reader, id, { limit: 50, ...query })

async function backwards(id: string, limit: number): Promise<ThreadEntry[]> {
  const entries: ThreadEntry[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor }: ThreadPage = await page(id, { limit, cursor })
    expect(items.length).toBeLessThanOrEqual(limit)
    entries.unshift(...items)
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return entries
}

const key = ({ at, id, type }: ThreadEntry) => `${at} ${id} ${type}`

describe('a thread', () => {
  it('is messages, behaviour and notes in one order, nothing lost and nothing twice, whatever stands at the same moment and however it is paged', async () => {
    let run = 0
    /** Few moments and few ids, so that ties are common within and between the collections. */
    const mark = fc.record({ minute: fc.integer({ min: 0, max: 5 }), id: fc.integer({ min: 0, max: 30 }) })
    const some = (maxLength: number) => fc.uniqueArray(mark, { selector: ({ id }) => id, maxLength })
    await fc.assert(fc.asyncProperty(some(25), some(15), some(8), fc.integer({ min: 1, max: 9 }), async (messages, signals, notes, limit) => {
      const id = `run${run++}`
      await putPerson(house.ctx.models, { _id: id })
      const place = ({ minute, id: number }: { minute: number, id: number }) => ({ _id: `${id}-${String(number).padStart(2, '0')}`, conversationId: id, at: minutesAfter(minute) })
      await put(house.ctx.models, { messages: messages.map(one => aMessage(place(one))), signals: signals.map(one => aSignal(place(one))), notes: notes.map(one => aNote(place(one))) })
      const entries = await backwards(id, limit)
      expect(entries).toHaveLength(messages.length + signals.length + notes.length)
      expect(new Set(entries.map(key)).size).toBe(entries.length)
      const inOrder = [...entries].sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
      expect(entries.map(({ at, id }) => at + id)).toEqual(inOrder.map(({ at, id }) => at + id))
    }), { numRuns: 25 })
  })

  it('shows an order that was told without a message, and leaves one to the message that says it', async () => {
    await putPerson(house.ctx.models, { _id: 'orders' })
    await put(house.ctx.models, {
      messages: [aMessage({ _id: 'o1', conversationId: 'orders', kind: 'order' })],
      signals: [aSignal({ _id: 'o2', conversationId: 'orders', type: 'order', messageId: 'o1' }), aSignal({ _id: 'o3', conversationId: 'orders', type: 'order', revision: 7 })],
    })
    expect((await page('orders')).items.map(entry => entry.id)).toEqual(['o1', 'o3'])
    expect((await page('orders', { since: overlap + 6 })).items.map(entry => entry.id)).toEqual(['o3'])
  })

  it('leaves out what its messages already show, and what was taken back before it left', async () => {
    await putPerson(house.ctx.models, { _id: 'quiet' })
    await put(house.ctx.models, {
      messages: [aMessage({ _id: 'q1', conversationId: 'quiet' }), aMessage({ _id: 'q2', conversationId: 'quiet', direction: 'out', status: 'cancelled' })],
      signals: [aSignal({ _id: 'q3', conversationId: 'quiet', type: 'message' }), aSignal({ _id: 'q4', conversationId: 'quiet', type: 'touch_advisor' }), aSignal({ _id: 'q5', conversationId: 'quiet', type: 'qr_scanned' })],
    })
    expect((await page('quiet')).items.map(entry => entry.id)).toEqual(['q1', 'q5'])
  })

  it('shows authors, quotes and pieces, loaded once for the whole page', async () => {
    await putPerson(house.ctx.models, { _id: 'rich' })
    await put(house.ctx.models, {
      messages: [
        aMessage({ _id: 'r1', conversationId: 'rich', at: minutesAfter(0), text: 'How much is it?', providerId: 'wamid.r1', pieceSkus: ['R-221'] }),
        aMessage({ _id: 'r2', conversationId: 'rich', at: minutesAfter(1), direction: 'out', author: { kind: 'advisor', id: 'asha', name: null }, replyTo: { providerId: 'wamid.r1', id: null }, status: 'read' }),
        aMessage({ _id: 'r3', conversationId: 'rich', at: minutesAfter(2), replyTo: { providerId: null, id: 'r2' } }),
      ],
      notes: [aNote({ _id: 'r4', conversationId: 'rich', at: minutesAfter(3), authorId: 'meera' })],
    })
    const { items } = await page('rich', { limit: 3 })
    expect(items).toMatchObject([
      { author: { name: 'Asha' }, replyTo: { id: 'r1', preview: 'How much is it?', mine: false } },
      { replyTo: { id: 'r2', preview: 'Hello', mine: true } },
      { type: 'note', authorName: 'Meera' },
    ])
    expect((await page('rich')).items[0]).toMatchObject({ pieces: [{ name: 'Solitaire R-221', price: 420_000 }] })
    const costs = await costsOf(house.ctx.models, () => page('rich'))
    expect(costs.length).toBeLessThanOrEqual(8)
  })

  it('costs what a page holds, however long it is, in each of its collections', async () => {
    await putPerson(house.ctx.models, { _id: 'long' })
    const at = (i: number) => minutesAfter(-i)
    await put(house.ctx.models, {
      messages: Array.from({ length: 2000 }, (_, i) => aMessage({ _id: `lm${i}`, conversationId: 'long', at: at(i), revision: i + 1 })),
      signals: [
        ...Array.from({ length: 2000 }, (_, i) => aSignal({ _id: `lh${i}`, conversationId: 'long', at: at(i), type: 'message', revision: i + 1 })),
        ...Array.from({ length: 20 }, (_, i) => aSignal({ _id: `ls${i}`, conversationId: 'long', at: at(i * 100), revision: i + 1 })),
      ],
      notes: Array.from({ length: 20 }, (_, i) => aNote({ _id: `ln${i}`, conversationId: 'long', at: at(i * 100), revision: i + 1 })),
    })
    const { nextCursor } = await page('long')
    for (const query of [{}, { cursor: nextCursor ?? undefined }]) {
      for (const cost of (await costsOf(house.ctx.models, () => page('long', query))).filter(one => ['messages', 'signals', 'notes'].includes(one.collection))) {
        expect(cost.plan).toMatch(/(?:conversationId|customerId)_1_at_1__id_1/)
        expect(cost.plan).not.toContain('"SORT"')
        expect(cost.docs).toBeLessThanOrEqual(51 + 5)
      }
    }
  })

  it('of messages alone pages in the same order', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { items, nextCursor }: Awaited<ReturnType<typeof messagePage>> = await messagePage(house.ctx, reader, 'long', { limit: 200, cursor })
      seen.unshift(...items.map(entry => entry.id))
      cursor = nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, i) => `lm${1999 - i}`))
  })
})

describe('what changed in a thread since a revision', () => {
  const id = 'since'
  const revisions = (entries: ThreadEntry[]) => entries.map(entry => entry.revision).sort((a, b) => a - b)

  beforeAll(async () => {
    await putPerson(house.ctx.models, { _id: id })
    const documents = { messages: [] as Message[], signals: [] as StoredSignal[], notes: [] as Note[] }
    for (let i = 0; i < 1500; i++) {
      const place = { _id: `s${i}`, conversationId: id, at: minutesAfter(i), revision: 10_000 + i }
      if (i % 10 === 0) documents.notes.push(aNote(place))
      else if (i % 3 === 0) documents.signals.push(aSignal(place))
      else documents.messages.push(aMessage(place))
    }
    await put(house.ctx.models, documents)
    await house.ctx.revisions.reserve(20_000)
  })

  it('looks back far enough for a number that was reserved before and written after', async () => {
    const { items, revision, nextCursor } = await page(id, { since: 11_400 })
    expect(revisions(items)).toEqual(Array.from({ length: 99 + overlap }, (_, i) => 11_401 - overlap + i))
    expect({ revision, nextCursor }).toEqual({ revision: await house.ctx.revisions.latest(), nextCursor: null })
  })

  it('is to be loaded anew by a page that knows more than this store, as after a backup was put back', async () => {
    const latest = await house.ctx.revisions.latest()
    expect((await page(id, { since: latest + 1 })).reset).toBe(true)
    expect((await page(id, { since: latest })).reset).toBeUndefined()
  })

  it('comes in several answers when it is more than one holds, and nothing is missing at the end', async () => {
    const seen = new Map<string, ThreadEntry>()
    let answer = await page(id, { since: 10_000 })
    for (let i = 0; ; i++) {
      expect(answer.items.length).toBeLessThanOrEqual(500)
      for (const entry of answer.items) seen.set(key(entry), entry)
      if (!answer.nextCursor) break
      expect(i).toBeLessThan(5)
      answer = await page(id, { cursor: answer.nextCursor })
    }
    expect(seen.size).toBe(1500)
  })

  it('keeps together what was written under one revision', async () => {
    await putPerson(house.ctx.models, { _id: 'batch' })
    await put(house.ctx.models, { messages: Array.from({ length: 800 }, (_, i) => aMessage({ _id: `b${i}`, conversationId: 'batch', revision: i < 300 ? 20_001 : i < 700 ? 20_002 : 20_003 })) })
    const first = await page('batch', { since: 20_000 })
    expect(first.items).toHaveLength(300)
    const second = await page('batch', { cursor: first.nextCursor ?? undefined })
    expect(second).toMatchObject({ nextCursor: null })
    expect(second.items).toHaveLength(500)
  })

  it('is nothing but the index\'s own range', async () => {
    for (const cost of (await costsOf(house.ctx.models, () => page(id, { since: 11_490 }))).filter(one => ['messages', 'signals', 'notes'].includes(one.collection))) {
      expect(cost.plan).toContain('conversationId_1_revision_1')
      expect(cost.docs).toBe(cost.returned)
    }
  })
})
