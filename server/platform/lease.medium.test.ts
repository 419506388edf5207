import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'
import { endLeases, holdLease, oneAtATime } from './lease.ts'

let house: TestHouse
let time = Date.parse('2026-11-22T09:00:00Z')
beforeAll(async () => { house = await startTestHouse({ empty: true }) })
afterAll(() => house.close())

const leasing = () => ({ models: house.ctx.models, now: () => time, newId: house.ctx.newId })

describe('a lease', () => {
  it('is held by one, and by another once its time is over or it was given up', async () => {
    const [one, other] = [holdLease(leasing(), 'work'), holdLease(leasing(), 'work')]
    expect([await one.held(), await other.held()]).toEqual([true, false])
    time += 15_001
    expect([await other.held(), await one.held()]).toEqual([true, false])
    await other.release()
    expect(await one.held()).toBe(true)
  })

  it('outlives nobody when the clock is put back', async () => {
    const before = holdLease(leasing(), 'clock')
    expect(await before.held()).toBe(true)
    time -= 3_600_000
    const after = holdLease(leasing(), 'clock')
    expect(await after.held()).toBe(true)
    expect(await before.held()).toBe(false)
  })

  it('of a process that was killed ends with the next start where nobody else can hold one', async () => {
    const dead = holdLease(leasing(), 'killed')
    expect(await dead.held()).toBe(true)
    await endLeases(house.ctx)
    expect(await holdLease(leasing(), 'killed').held()).toBe(true)
  })
})

describe('work that is done one at a time', () => {
  it('waits for its turn, also after one that failed', async () => {
    let atWork = 0
    let most = 0
    const work = async (fails: boolean) => {
      most = Math.max(most, ++atWork)
      await new Promise(resolve => setTimeout(resolve, 20))
      atWork--
      if (fails) throw new Error('no')
      return 'done'
    }
    const results = await Promise.allSettled([true, false, false].map(fails => oneAtATime(leasing(), 'turns', () => work(fails))))
    expect(results.map(result => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(most).toBe(1)
  })
})
