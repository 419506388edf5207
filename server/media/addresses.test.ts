import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goodForMs, mediaOfToken, mediaToken } from './addresses.ts'

const secret = 'a secret for tests that is long enough'
const now = Date.UTC(2026, 10, 20)
const id = '65f0a1b2c3d4e5f60718293a'
const token = mediaToken(secret, id, now)

describe('a public address of a file', () => {
  it('names the file until its time is over', () => {
    expect(mediaOfToken(secret, token, now)).toBe(id)
    expect(mediaOfToken(secret, token, now + goodForMs - 1)).toBe(id)
    expect(mediaOfToken(secret, token, now + goodForMs + 1000)).toBeNull()
  })

  it('cannot be made without the secret, moved to another file, or made to last', () => {
    const [, until, given] = token.split('.')
    expect(mediaOfToken('another secret that is long enough too', token, now)).toBeNull()
    expect(mediaOfToken(secret, `65f0a1b2c3d4e5f60718293b.${until}.${given}`, now)).toBeNull()
    expect(mediaOfToken(secret, `${id}.${(Number.parseInt(until!, 36) + 60).toString(36)}.${given}`, now)).toBeNull()
  })

  it('is told from anything else', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), made => mediaOfToken(secret, made, now) === null))
    fc.assert(fc.property(fc.nat(token.length - 1), fc.constantFrom(...'aZ9.-_'), (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1)
      return changed === token || mediaOfToken(secret, changed, now) === null
    }))
  })
})
