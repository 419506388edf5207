import type { ConversationRow } from '#contracts'
import type { RowPages } from './rows.ts'
import { QueryClient } from '@tanstack/vue-query'
import { describe, expect, it, vi } from 'vitest'
import { keys } from '../api/keys.ts'
import { bothTexts, makeLost } from './lost.ts'

function memory(held: Record<string, string> = {}) {
  const map = new Map(Object.entries(held))
  return { map, getItem: (key: string) => map.get(key) ?? null, setItem: (key: string, value: string) => { map.set(key, value) }, removeItem: (key: string) => { map.delete(key) } }
}
const filter = { queue: 'all' as const, storeId: null, ownerId: null, tag: null, q: '' }

function lostIn(storage = memory()) {
  const queries = new QueryClient()
  queries.setQueryData<RowPages>(keys.rows(filter), { pages: [{ items: [{ id: 'a' }, { id: 'b' }] as ConversationRow[], nextCursor: null, revision: 1 }], pageParams: [null] })
  const outbox = { move: vi.fn() }
  const uploads = { clear: vi.fn(), move: vi.fn() }
  const leave = vi.fn()
  return { queries, outbox, uploads, leave, storage, lost: makeLost({ queries, outbox: outbox as never, uploads, storage, now: () => 5, leave }), rows: () => queries.getQueryData<RowPages>(keys.rows(filter))!.pages[0]!.items.map(row => row.id) }
}

describe('a conversation that is no longer there', () => {
  it('leaves every list, and the page that shows it turns away', () => {
    const house = lostIn()
    house.lost('a')
    expect(house.rows()).toEqual(['b'])
    expect(house.leave).toHaveBeenCalledWith('a', undefined)
    expect(house.outbox.move).not.toHaveBeenCalled()
    expect(house.uploads.clear).toHaveBeenCalledWith('a')
  })

  it('takes what was begun in it along to where it stands now', () => {
    const house = lostIn(memory({ 'loupe.draft.a': '{"text":"Dear Priya","at":1}', 'loupe.note.a': 'likes emeralds', 'loupe.note.b': 'VIP' }))
    house.lost('a', 'b')
    expect(house.leave).toHaveBeenCalledWith('a', 'b')
    expect(house.outbox.move).toHaveBeenCalledWith('a', 'b')
    expect(house.uploads.move).toHaveBeenCalledWith('a', 'b')
    expect(Object.fromEntries(house.storage.map)).toEqual({ 'loupe.draft.b': '{"text":"Dear Priya","at":5}', 'loupe.note.b': 'VIP\nlikes emeralds' })
    house.lost('a', 'b')
    expect(house.storage.map.get('loupe.note.b')).toBe('VIP\nlikes emeralds')
  })

  it('survives words that cannot be read', () => {
    const house = lostIn(memory({ 'loupe.draft.a': 'not json' }))
    house.lost('a', 'b')
    expect(house.storage.map.size).toBe(0)
  })
})

it('two beginnings are kept once each', () => {
  expect([bothTexts('', 'x'), bothTexts('x', ''), bothTexts('ab', 'b'), bothTexts('a', 'cab'), bothTexts('a', 'b')]).toEqual(['x', 'x', 'ab', 'cab', 'a\nb'])
})
