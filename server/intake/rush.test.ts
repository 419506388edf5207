import { describe, expect, it } from 'vitest'
import { createRush } from './rush.ts'

describe('a rush of deliveries', () => {
  it('is none at the pace of a busy house', () => {
    const rush = createRush()
    for (let at = 0; at < 1_000; at += 10) rush.stored(1, at)
    expect(rush.holdBack(1_000, 990)).toBe(0)
    expect(rush.most(1_000)).toBe(100)
  })

  it('is not yet one at a pace that intake may share the machine with, in smaller batches', () => {
    const rush = createRush()
    for (let at = 0; at < 1_000; at++) rush.stored(1, at)
    expect(rush.holdBack(1_000, 990)).toBe(0)
    expect(rush.most(1_000)).toBe(25)
  })

  it('makes intake hold back and take little', () => {
    const rush = createRush()
    for (let at = 0; at < 300; at++) rush.stored(5, at)
    expect(rush.holdBack(300, 290)).toBe(100)
    expect(rush.most(300)).toBe(8)
  })

  it('never keeps intake waiting for longer than a second and a half', () => {
    const rush = createRush()
    for (let at = 0; at < 2_000; at++) rush.stored(5, at)
    expect(rush.holdBack(2_000, 450)).toBe(0)
  })

  it('is over a moment after the last of them', () => {
    const rush = createRush()
    for (let at = 0; at < 300; at++) rush.stored(5, at)
    expect(rush.holdBack(550, 290)).toBe(0)
    expect(rush.most(550)).toBe(100)
  })
})
