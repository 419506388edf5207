import type { TestHouse } from './harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHouse } from './harness.ts'

describe('a house made for a test', () => {
  let house: TestHouse
  beforeAll(async () => { house = await startTestHouse() })
  afterAll(() => house.close())

  it('has three stores, their people and their numbers in a real store', async () => {
    expect(await house.ctx.models.stores.countDocuments()).toBe(3)
    expect(await house.ctx.models.channels.countDocuments({ storeId: 'dubai' })).toBe(1)
    expect(await house.ctx.models.advisors.countDocuments({ role: 'advisor' })).toBe(3)
  })

  it('numbers changes without gaps', async () => {
    const first = await house.ctx.revisions.reserve(3)
    expect(await house.ctx.revisions.reserve(1)).toBe(first + 3)
  })

  it('signs people in by role and by name', async () => {
    const headers = await house.signIn('manager')
    expect(headers.cookie).toMatch(/^loupe=[\w-]{43}$/)
    await expect(house.signIn('nobody')).rejects.toThrow('nobody')
  })
})
