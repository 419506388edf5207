import type { ConversationRow } from '#contracts'
import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { countNew, holdOrder, useHeldOrder } from './useHeldOrder.ts'
import { useSelection } from './useSelection.ts'

const row = (id: string, unread = 0) => ({ id, unread }) as ConversationRow

describe('the order while a hand is in the list', () => {
  it('moves nothing', () => expect(holdOrder(['a', 'b', 'c'], ['c', 'a', 'b'], new Set())).toEqual(['a', 'b', 'c']))
  it('keeps what left until the hand is gone', () => expect(holdOrder(['a', 'b'], ['b'], new Set())).toEqual(['a', 'b']))
  it('lets go at once what this person sent away', () => expect(holdOrder(['a', 'b'], ['b'], new Set(['a']))).toEqual(['b']))
  it('holds new ones back but takes the next page in', () => {
    expect(holdOrder(['a', 'b'], ['new', 'a', 'b', 'c', 'd'], new Set())).toEqual(['a', 'b', 'c', 'd'])
    expect(countNew(['a', 'b'], ['new', 'a', 'b'])).toBe(1)
  })
})

describe('live rows', () => {
  it('change their words in place and their order afterwards', async () => {
    const rows = ref([row('a'), row('b')])
    const hold = ref(true)
    const scope = effectScope()
    const held = scope.run(() => useHeldOrder(rows, hold, ref('')))!
    rows.value = [row('b', 3), row('a')]
    await nextTick()
    expect(held.shown.value.map(r => [r.id, r.unread])).toEqual([['a', 0], ['b', 3]])
    hold.value = false
    await nextTick()
    expect(held.shown.value.map(r => r.id)).toEqual(['b', 'a'])
    scope.stop()
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
