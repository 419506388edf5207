import { describe, expect, it } from 'vitest'
import { Attempts } from './attempts.ts'

describe('failed attempts', () => {
  it('close the door for a key after as many as allowed, until a minute has passed', () => {
    let now = 0
    const attempts = new Attempts(3, () => now)
    for (let i = 0; i < 3; i++) {
      expect(attempts.mayTry('a')).toBe(true)
      attempts.failed('a')
      now += 1000
    }
    expect(attempts.mayTry('a')).toBe(false)
    expect(attempts.mayTry('b')).toBe(true)
    now += 57_500
    expect(attempts.mayTry('a')).toBe(true)
  })

  it('are forgotten after a success', () => {
    const attempts = new Attempts(1, () => 0)
    attempts.failed('a')
    attempts.succeeded('a')
    expect(attempts.mayTry('a')).toBe(true)
  })
})
