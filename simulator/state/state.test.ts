import { describe, expect, it } from 'vitest'
import { PairRate } from '../providers/pair-rate.ts'
import { BoundedMap } from './bounded.ts'
import { MediaShelf } from './media-shelf.ts'
import { furthest, ticks } from './message.ts'

describe('ticks', () => {
  it('never go back, in whatever order they come', () => {
    expect(furthest('read', 'delivered')).toBe('read')
    expect(furthest('sent', 'delivered')).toBe('delivered')
    expect(furthest('delivered', 'failed')).toBe('delivered')
    for (const tick of ticks) expect(furthest(tick, 'waiting')).toBe(tick)
  })
})

describe('a bounded map', () => {
  it('forgets what was longest untouched', () => {
    const map = new BoundedMap<number>(2)
    map.set('a', 1)
    map.set('b', 2)
    map.get('a')
    map.set('c', 3)
    expect([map.has('a'), map.has('b'), map.has('c')]).toEqual([true, false, true])
  })

  it('forgets until the sizes fit, and keeps the newest even when it alone is too large', () => {
    const map = new BoundedMap<string>(10, { sizeOf: text => text.length, mostTotal: 5 })
    map.set('a', 'xxx')
    map.set('b', 'xxx')
    expect([map.has('a'), map.has('b')]).toEqual([false, true])
    map.set('c', 'xxxxxxxxx')
    expect([map.size, map.has('c')]).toEqual([1, true])
  })
})

it('the media shelf makes a file once, when it is asked for', () => {
  let made = 0
  const shelf = new MediaShelf(id => id === 'voice' ? { mime: 'audio/wav', bytes: Buffer.from(`note ${++made}`) } : undefined)
  expect(shelf.get('nothing')).toBeUndefined()
  expect(shelf.get('voice')?.sha256).toBe(shelf.get('voice')?.sha256)
  expect(made).toBe(1)
})

it('a pair of number and person may burst, and then one message every six seconds', () => {
  const rate = new PairRate()
  let taken = 0
  while (taken < 50 && rate.take('a', 0)) taken++
  expect(taken).toBe(45)
  expect(rate.take('a', 5_900)).toBe(false)
  expect(rate.take('a', 6_100)).toBe(true)
  expect(rate.take('b', 0)).toBe(true)
})
