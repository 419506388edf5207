import { describe, expect, it } from 'vitest'
import { createPace, createRush } from './rush.ts'

describe('a rush of deliveries', () => {
  const last = (ended: number, took = 20) => ({ ended, took })

  it('is none at the pace of a busy house', () => {
    const rush = createRush()
    for (let at = 0; at < 1_000; at += 10) rush.accepted(1, at)
    expect(rush.holdBack(1_000, last(990))).toBe(0)
    expect(rush.most(1_000)).toBe(100)
  })

  it('is none yet at a pace that intake keeps up with, in smaller batches', () => {
    const rush = createRush()
    for (let at = 0; at < 1_000; at += 3) rush.accepted(1, at)
    expect(rush.holdBack(1_000, last(990))).toBe(0)
    expect(rush.most(1_000)).toBe(25)
  })

  it('leaves half of the time to the answers at a pace above what intake keeps up with', () => {
    const rush = createRush()
    for (let at = 0; at < 1_000; at++) rush.accepted(1, at)
    expect(rush.holdBack(1_000, last(990))).toBe(10)
    expect(rush.holdBack(1_000, last(980))).toBe(0)
    expect(rush.holdBack(1_000, last(990, 60_000))).toBe(100)
    expect(rush.most(1_000)).toBe(8)
  })

  it('makes intake hold back and take little', () => {
    const rush = createRush()
    for (let at = 0; at < 300; at++) rush.accepted(5, at)
    expect(rush.holdBack(300, last(290))).toBe(100)
    expect(rush.most(300)).toBe(8)
  })

  it('makes intake hold back until the store has what was accepted, too', () => {
    let waiting = 1_000
    const rush = createRush(() => waiting)
    expect(rush.holdBack(300, last(290))).toBe(0)
    waiting++
    expect(rush.holdBack(300, last(290))).toBe(100)
  })

  it('never keeps intake waiting for longer than a second and a half', () => {
    const rush = createRush()
    for (let at = 0; at < 2_000; at++) rush.accepted(5, at)
    expect(rush.holdBack(2_000, last(450))).toBe(0)
    expect(rush.holdBack(2_000, last(450, 60_000))).toBe(0)
  })

  it('is over a moment after the last of them', () => {
    const rush = createRush()
    for (let at = 0; at < 300; at++) rush.accepted(5, at)
    expect(rush.holdBack(550, last(290))).toBe(0)
    expect(rush.most(550)).toBe(100)
  })
})

describe('the pace of intake', () => {
  it('gives pieces that become small in a rush, and waits no longer once intake stops', async () => {
    const rush = createRush()
    let now = 0
    let stopped = false
    const pace = createPace(rush, () => now, () => stopped)
    expect(await pace.turn()).toBe(100)
    for (; now < 300; now++) rush.accepted(5, now)
    pace.done()
    const turn = pace.turn()
    stopped = true
    expect(await turn).toBe(8)
  })
})
