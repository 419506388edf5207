import type { ConversationPage } from '#contracts'
import type { TestHouse } from '../testing/harness.ts'
import type { ListQuery } from './list.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maySee } from '../accounts/index.ts'
import { changesSince } from './changes.ts'
import { queueCounts } from './counts.ts'
import { listConversations } from './list.ts'
import { searchHits } from './search.ts'
import { costsOf } from './testing/cost.ts'
import { people, startInbox } from './testing/house.ts'
import { aConversation, minutesAfter, put, testDay } from './testing/people.ts'

const names = ['Priya Sharma', 'Fatima Al Ali', 'Wei Ling', 'Asha Rao', 'Noor Khan', 'मीरा शर्मा', 'فاطمة الزهراء', '王小明']
const places = [['mumbai'], ['dubai'], ['singapore'], ['mumbai', 'dubai'], ['dubai', 'singapore'], []]
/** Enough to page through, with ties in time and every kind of place, owner and tag. */
const all = Array.from({ length: 240 }, (_, i) => aConversation({
  _id: `c${String(i).padStart(3, '0')}`,
  name: names[i % names.length]!,
  storeIds: places[i % places.length]!,
  storeId: places[i % places.length]![0] ?? null,
  ownerId: i % 5 === 0 ? 'asha' : i % 7 === 0 ? 'bilal' : null,
  lastAt: minutesAfter(-Math.floor(i / 3)),
  mark: i % 4 === 0 ? 'ready' : i % 4 === 1 ? 'warming' : 'steady',
  waitingSince: i % 6 === 0 ? testDay : null,
  state: i % 31 === 30 ? 'closed' : 'open',
  tags: i % 10 === 0 ? ['VIP'] : [],
  revision: i + 1,
}, `+9198765${String(10_000 + i)}`))
const newestFirst = [...all].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime() || (a._id < b._id ? 1 : -1))

let house: TestHouse
beforeAll(async () => {
  house = await startInbox()
  await put(house.ctx.models, { conversations: all })
  await house.ctx.revisions.reserve(240)
})
afterAll(() => house.close())

type Who = keyof typeof people
const actorOf = (who: Who) => ({ ...people[who], storeIds: [...people[who].storeIds] })
const list = (who: Who, query: Partial<ListQuery> = {}) => listConversations(house.ctx, actorOf(who), { queue: 'all', limit: 20, ...query })

async function everyPage(who: Who, query: Partial<ListQuery> = {}, between = async () => {}): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page: ConversationPage = await list(who, { ...query, cursor })
    ids.push(...page.items.map(row => row.id))
    cursor = page.nextCursor ?? undefined
    await between()
  } while (cursor !== undefined)
  return ids
}

describe('a list', () => {
  it.each<Who>(['administrator', 'mumbai', 'dubai', 'twoStores'])('shows %s all that they may see, newest first, each once, page by page', async (who) => {
    const expected = newestFirst.filter(one => one.state === 'open' && maySee(actorOf(who), one)).map(one => one._id)
    expect(await everyPage(who)).toEqual(expected)
  })

  it.each<[Partial<ListQuery>, (one: typeof all[number]) => boolean]>([
    [{ queue: 'ready' }, one => one.state === 'open' && one.mark === 'ready'],
    [{ queue: 'answer' }, one => one.state === 'open' && one.waitingSince != null],
    [{ queue: 'closed' }, one => one.state === 'closed'],
    [{ queue: 'unassigned' }, one => one.state === 'open' && !one.ownerId],
    [{ tag: 'VIP' }, one => one.state === 'open' && one.tags.includes('VIP')],
    [{ tag: 'VIP', queue: 'ready' }, one => one.state === 'open' && one.tags.includes('VIP') && one.mark === 'ready'],
    [{ tag: 'VIP', queue: 'unassigned' }, one => one.state === 'open' && one.tags.includes('VIP') && !one.ownerId],
    [{ tag: 'VIP', queue: 'closed' }, one => one.state === 'closed' && one.tags.includes('VIP')],
    [{ storeId: 'dubai' }, one => one.state === 'open' && one.storeIds.includes('dubai')],
    [{ storeId: 'mumbai' }, one => one.state === 'open' && one.storeIds.includes('mumbai')],
    [{ ownerId: 'asha' }, one => one.state === 'open' && one.ownerId === 'asha'],
    [{ ownerId: 'asha', storeId: 'dubai', tag: 'VIP' }, one => one.state === 'open' && one.ownerId === 'asha' && one.storeIds.includes('dubai') && one.tags.includes('VIP')],
  ])('narrowed by %o shows exactly what fits and may be seen, to each reader', async (query, fits) => {
    for (const who of ['administrator', 'mumbai', 'dubai', 'twoStores'] as const)
      expect(await everyPage(who, query)).toEqual(newestFirst.filter(one => fits(one) && maySee(actorOf(who), one)).map(one => one._id))
  })

  it('shows what is mine to me alone', async () => {
    expect(await everyPage('mumbai', { queue: 'mine' })).toEqual(newestFirst.filter(one => one.state === 'open' && one.ownerId === 'asha').map(one => one._id))
    expect(await everyPage('mumbai', { queue: 'mine', ownerId: 'bilal' })).toEqual([])
  })

  it('reads no more documents than the page has rows, through the index, for any reader and any page', async () => {
    for (const who of ['administrator', 'mumbai', 'twoStores'] as const) {
      const first = await list(who, { limit: 30 })
      for (const query of [{ limit: 30 }, { limit: 30, cursor: first.nextCursor ?? undefined }, { limit: 30, queue: 'ready' as const }, { limit: 5, tag: 'VIP' }]) {
        const [cost] = await costsOf(house.ctx.models, () => list(who, query))
        expect(cost!.plan).not.toContain('COLLSCAN')
        expect(cost!.plan).not.toContain('"SORT"')
        // Beside the rows and the one that tells of a next page: what shares the last row's time, and the head of each merged scope.
        expect(cost!.docs).toBeLessThanOrEqual(query.limit + 1 + 6)
      }
    }
  })

  it('stays whole while rows move up: none that stayed is left out or shown twice', async () => {
    let moved = 0
    const still = new Set(all.map(one => one._id))
    const ids = await everyPage('administrator', { limit: 25 }, async () => {
      const { _id } = newestFirst[(moved += 37) % newestFirst.length]!
      still.delete(_id)
      await house.ctx.models.conversations.updateOne({ _id }, { $set: { lastAt: minutesAfter(moved) } })
    })
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter(id => still.has(id))).toEqual(newestFirst.filter(one => one.state === 'open' && still.has(one._id)).map(one => one._id))
    for (const { _id, lastAt } of all.filter(one => !still.has(one._id))) await house.ctx.models.conversations.updateOne({ _id }, { $set: { lastAt } })
  })
})

describe('the queues', () => {
  it.each<Who>(['administrator', 'mumbai', 'twoStores'])('are counted for %s as they are listed', async (who) => {
    const counts = await queueCounts(house.ctx, actorOf(who))
    for (const queue of ['ready', 'answer', 'warming', 'let_be', 'mine', 'unassigned', 'all', 'snoozed', 'closed'] as const)
      expect([queue, counts[queue]]).toEqual([queue, (await everyPage(who, { queue })).length])
  })
})

describe('a search', () => {
  const found = async (who: Who, typed: string) => (await searchHits(house.ctx, actorOf(who), typed, 50)).map(hit => hit.conversationId)

  it.each(['priya', 'sharma', 'शर्मा', 'فاطم', '小明', 'VIP', '9876510007'])('for %s finds only what its reader may see', async (typed) => {
    const everywhere = await found('administrator', typed)
    expect(everywhere.length).toBeGreaterThan(0)
    const seen = await found('dubai', typed)
    for (const id of seen) expect(maySee(actorOf('dubai'), all.find(one => one._id === id)!)).toBe(true)
  })

  it('finds somebody by the middle of their number, and only who may see numbers whole', async () => {
    expect(await found('administrator', '10007')).toEqual(['c007'])
    expect(await found('mumbai', '10007')).toEqual([])
    expect(await found('dubai', '0007')).toEqual(['c007'])
  })

  it('reads a range of the index, however many people there are', async () => {
    for (const typed of ['priya', 'sharma priya', '0042', 'VIP']) {
      for (const { plan, docs } of await costsOf(house.ctx.models, () => searchHits(house.ctx, actorOf('administrator'), typed, 20))) {
        expect(plan).toContain('searchKeys_1')
        expect(docs).toBeLessThanOrEqual(61)
      }
    }
  })

  it('narrows a list by what was typed', async () => {
    const { items, nextCursor } = await list('mumbai', { q: 'priya', queue: 'ready' })
    expect(nextCursor).toBeNull()
    expect(items.map(row => row.id)).toEqual(newestFirst.filter(one => one.name.startsWith('Priya') && one.mark === 'ready' && one.state === 'open' && maySee(actorOf('mumbai'), one)).map(one => one._id).slice(0, 20))
  })
})

describe('what changed since a revision', () => {
  it('is rows in sight and ids out of it, oldest change first, and looks a little back', async () => {
    const view = await changesSince(house.ctx, actorOf('dubai'), 230)
    expect(view).toMatchObject({ revision: 240, tooMany: false })
    const after = all.filter(one => one.revision > 30)
    expect(view.rows.map(row => row.id)).toEqual(after.filter(one => maySee(actorOf('dubai'), one)).map(one => one._id))
    expect(view.gone).toEqual(after.filter(one => !maySee(actorOf('dubai'), one)).map(one => one._id))
  })

  it('says that somebody merged is gone, to those who saw them', async () => {
    await house.ctx.models.conversations.updateOne({ _id: 'c239' }, { $set: { mergedInto: 'c001' } })
    const view = await changesSince(house.ctx, actorOf('administrator'), 238)
    expect(view.gone).toContain('c239')
    expect(view.rows.map(row => row.id)).not.toContain('c239')
    await house.ctx.models.conversations.updateOne({ _id: 'c239' }, { $set: { mergedInto: null } })
  })

  it('is too much when it is more than one answer holds, and when the number is from elsewhere', async () => {
    const many = Array.from({ length: 501 }, (_, i) => aConversation({ _id: `x${i}`, revision: 1000 + i }))
    await put(house.ctx.models, { conversations: many })
    await house.ctx.revisions.reserve(2000)
    expect(await changesSince(house.ctx, actorOf('mumbai'), 900)).toMatchObject({ tooMany: true, rows: [], gone: [] })
    expect(await changesSince(house.ctx, actorOf('mumbai'), 1100)).toMatchObject({ tooMany: false })
    expect(await changesSince(house.ctx, actorOf('mumbai'), 999_999)).toMatchObject({ tooMany: true })
    const [cost] = await costsOf(house.ctx.models, () => changesSince(house.ctx, actorOf('mumbai'), 1490))
    expect(cost!.plan).toContain('revision_1')
    expect(cost!.docs).toBe(cost!.returned)
  })

  it('counts a full queue up to a thousand and no further', async () => {
    await put(house.ctx.models, { conversations: Array.from({ length: 700 }, (_, i) => aConversation({ _id: `y${i}`, revision: 1 })) })
    expect(await queueCounts(house.ctx, actorOf('administrator'))).toMatchObject({ all: 1000 })
  })
})
