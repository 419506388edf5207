import type { ConversationRow } from '#contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { holding, holdRows } from './heldRows.ts'
import { makeRowReader } from './loadedRows.ts'
import { useHeldOrder } from './useHeldOrder.ts'
import { useSelection } from './useSelection.ts'

const row = (id: string, unread = 0) => ({ id, unread }) as ConversationRow
const page = (...rows: ConversationRow[]) => ({ items: rows, nextCursor: null, revision: 1 })
const idsOf = (rows: readonly ConversationRow[]) => rows.map(r => r.id)

/** Shows `before`, then holds while it becomes `after`. */
function held(before: string[], after: string[], released: string[] = []) {
  const read = makeRowReader()
  const start = holding(read({ pages: [page(...before.map(id => row(id)))] }).rows)
  const next = holdRows(start, read({ pages: [page(...after.map(id => row(id)))] }), new Set(released))
  return { shown: idsOf(next.shown), waiting: [...next.waiting] }
}

describe('the order while a hand is in the list', () => {
  it('moves nothing', () => expect(held(['a', 'b', 'c'], ['c', 'a', 'b'])).toEqual({ shown: ['a', 'b', 'c'], waiting: [] }))
  it('keeps what left until the hand is gone', () => expect(held(['a', 'b'], ['b']).shown).toEqual(['a', 'b']))
  it('lets go at once what this person sent away', () => expect(held(['a', 'b'], ['b'], ['a']).shown).toEqual(['b']))
  it('holds new ones back but takes the next page in', () => expect(held(['a', 'b'], ['new', 'a', 'b', 'c', 'd'])).toEqual({ shown: ['a', 'b', 'c', 'd'], waiting: ['new'] }))

  it('is what looking at every row would give, whatever happens to the pages', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 })
    const step = fc.record({ pages: fc.array(ids, { maxLength: 3 }), touched: fc.nat(2) })
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.subarray([...'abcdefgh']), (steps, released) => {
      const read = makeRowReader()
      let state = holding([])
      let shown: string[] = []
      let pages: ReturnType<typeof page>[] = []
      let revision = 0
      for (const [i, { pages: lists, touched }] of steps.entries()) {
        // A page whose rows did not change stays the same object, as it does in the cache.
        pages = lists.map((list, n) => pages[n] && n !== touched && idsOf(pages[n].items).join() === list.join() ? pages[n] : page(...list.map(id => row(id, ++revision))))
        const next = read({ pages })
        const all = [...new Set(pages.flatMap(p => idsOf(p.items)))]
        expect(idsOf(next.rows)).toEqual(all)
        if (i === 0) {
          state = holding(next.rows)
          shown = all
        }
        else {
          state = holdRows(state, next, new Set(released))
          const kept = shown.filter(id => all.includes(id) || !released.includes(id))
          shown = [...kept, ...all.slice(all.findLastIndex(id => kept.includes(id)) + 1)]
        }
        expect(idsOf(state.shown)).toEqual(shown)
        expect(new Set(state.waiting)).toEqual(new Set(all.filter(id => !shown.includes(id))))
      }
    }))
  })
})

describe('rows that are loaded', () => {
  const first = page(row('a'), row('b'))
  const second = page(row('c'))

  it('are each there once, though one may stand in two pages', () => {
    const read = makeRowReader()
    expect(idsOf(read({ pages: [page(row('a')), page(row('a'), row('b'))] }).rows)).toEqual(['a', 'b'])
  })
  it('tell what came with one more page', () => {
    const read = makeRowReader()
    read({ pages: [first] })
    expect(read({ pages: [first, second] })).toMatchObject({ added: second.items, changed: [], left: [] })
  })
  it('tell what changed, what moved and what left', () => {
    const read = makeRowReader()
    read({ pages: [first, second] })
    const moved = row('c', 1)
    const next = read({ pages: [page(moved, first.items[0]!), page()] })
    expect(idsOf(next.rows)).toEqual(['c', 'a'])
    expect(next).toMatchObject({ added: [], changed: [{ row: moved, was: second.items[0] }], left: [row('b')] })
  })
  it('are not looked through again for one more page among many', () => {
    const read = makeRowReader()
    let looks = 0
    const watched = (from: number) => page(...Array.from({ length: 50 }, (_, i) => ({ get id() { looks++; return `${from + i}` } }) as ConversationRow))
    const pages = Array.from({ length: 200 }, (_, i) => watched(i * 50))
    read({ pages })
    looks = 0
    expect(read({ pages: [...pages, watched(10_000)] }).rows).toHaveLength(10_050)
    expect(looks).toBeLessThan(1000)
  })
})

describe('live rows', () => {
  it('change their words in place and their order afterwards', async () => {
    const data = shallowRef({ pages: [page(row('a'), row('b'))] })
    const hold = ref(true)
    const scope = effectScope()
    const order = scope.run(() => useHeldOrder(data, hold, ref('')))!
    data.value = { pages: [page(row('b', 3), row('a'))] }
    await nextTick()
    expect(order.shown.value.map(r => [r.id, r.unread])).toEqual([['a', 0], ['b', 3]])
    hold.value = false
    await nextTick()
    expect(idsOf(order.shown.value)).toEqual(['b', 'a'])
    scope.stop()
  })
  it('of another list are shown as they are', async () => {
    const data = shallowRef({ pages: [page(row('a'), row('b'))] })
    const list = ref('ready')
    const scope = effectScope()
    const order = scope.run(() => useHeldOrder(data, ref(true), list))!
    data.value = { pages: [page(row('c'))] }
    list.value = 'answer'
    await nextTick()
    expect(idsOf(order.shown.value)).toEqual(['c'])
    scope.stop()
  })
  it('leave when this person sent them away, whichever is told first', async () => {
    for (const releaseFirst of [true, false]) {
      const data = shallowRef({ pages: [page(row('a'), row('b'))] })
      const scope = effectScope()
      const order = scope.run(() => useHeldOrder(data, ref(true), ref('')))!
      if (releaseFirst) order.release(['a'])
      data.value = { pages: [page(row('b'))] }
      await nextTick()
      if (!releaseFirst) order.release(['a'])
      expect(idsOf(order.shown.value)).toEqual(['b'])
      scope.stop()
    }
  })
})

describe('choosing', () => {
  it('takes everything between two with shift', () => {
    const selection = useSelection(() => ['a', 'b', 'c', 'd'])
    selection.toggle('b')
    selection.toggle('d', true)
    expect([...selection.chosen.value]).toEqual(['b', 'c', 'd'])
  })
  it('lets go what is chosen twice', () => {
    const selection = useSelection(() => ['a'])
    selection.toggle('a')
    selection.toggle('a')
    expect(selection.count.value).toBe(0)
  })
})
