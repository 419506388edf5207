import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSecrets, derive, hashToken, newToken, sameText, SealError } from './encryption.ts'

const secret = 'a house secret of more than thirty-two bytes'

describe('a sealed value', () => {
  const secrets = createSecrets(secret)

  it('opens to what it was, whatever that is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, purpose) => {
      expect(secrets.open(secrets.seal(plain, purpose), purpose)).toBe(Buffer.from(plain).toString('utf8'))
    }))
  })

  it('never looks the same twice and does not show what it holds', () => {
    const one = secrets.seal('EAAG-token', 'channel')
    expect(secrets.seal('EAAG-token', 'channel')).not.toBe(one)
    expect(one).not.toContain('EAAG')
  })

  it('does not open for another purpose, with another secret, or when a single character was changed', () => {
    const sealed = secrets.seal('token', 'channel a')
    expect(() => secrets.open(sealed, 'channel b')).toThrow(SealError)
    expect(() => createSecrets(`${secret}2`).open(sealed, 'channel a')).toThrow(SealError)
    const at = sealed.length - 5
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    expect(() => secrets.open(changed, 'channel a')).toThrow(SealError)
  })

  it('is refused when it is no sealed value at all', () => {
    for (const text of ['', 'v1.', 'v1.abc', 'v2.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']) expect(() => secrets.open(text, 'x')).toThrow(SealError)
  })
})

describe('tokens', () => {
  it('hold 256 bits each, and are stored as a hash', () => {
    expect(newToken()).toMatch(/^[\w-]{43}$/)
    expect(newToken()).not.toBe(newToken())
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('are compared by all of their characters', () => {
    expect(sameText('token', 'token')).toBe(true)
    expect(sameText('token', 'tokem')).toBe(false)
    expect(sameText('token', 'token ')).toBe(false)
  })
})

describe('keys made from the secret', () => {
  it('differ by purpose and are as long as asked', () => {
    expect(derive(secret, 'a', 32)).toHaveLength(32)
    expect(derive(secret, 'a', 32)).toEqual(derive(secret, 'a', 32))
    expect(derive(secret, 'a', 32)).not.toEqual(derive(secret, 'b', 32))
  })
})
