import { describe, expect, it } from 'vitest'
import { createIds } from './ids.ts'

describe('ids', () => {
  it('are 24 hexadecimal digits', () => {
    expect(createIds(() => 1_780_000_000_000, () => 0.5)()).toMatch(/^[0-9a-f]{24}$/)
  })

  it('grow, within a millisecond and when the clock goes back', () => {
    let time = 1_780_000_000_000
    const newId = createIds(() => time, () => 0.999)
    const ids: string[] = []
    for (let i = 0; i < 1000; i++) ids.push(newId())
    time -= 5000
    ids.push(newId())
    time += 60_000
    ids.push(newId())
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('differ between two processes at the same moment', () => {
    const at = () => 1_780_000_000_000
    expect(createIds(at, () => 0.1)()).not.toBe(createIds(at, () => 0.2)())
  })
})
