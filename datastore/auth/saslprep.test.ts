import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { saslPrep } from './saslprep.ts'

const driversOwn = createRequire(createRequire(import.meta.url).resolve('mongodb'))('@mongodb-js/saslprep') as { saslprep: (text: string) => string }

/** What a function gives, or that it refuses. */
function outcome(prepare: (text: string) => string, text: string): string | undefined {
  try {
    return prepare(text)
  }
  catch {
    return undefined
  }
}

describe('a password', () => {
  it('is brought to one form as in the examples of RFC 4013', () => {
    expect(saslPrep('I\u00ADX')).toBe('IX')
    expect(saslPrep('user')).toBe('user')
    expect(saslPrep('USER')).toBe('USER')
    expect(saslPrep('\u00AA')).toBe('a')
    expect(saslPrep('\u2168')).toBe('IX')
    expect(() => saslPrep('\u0007')).toThrow(/SASLprep/)
    expect(() => saslPrep('\u0627\u0031')).toThrow(/directions/)
  })

  it('comes out as the driver makes it, or is refused where the driver refuses it', () => {
    const character = fc.oneof(fc.integer({ min: 0x20, max: 0x10FFFF }), fc.integer({ min: 0x20, max: 0x7FF }), fc.constantFrom(0xAD, 0x200B, 0x3000, 0x5D0, 0x5D1, 0x627, 0x1F511, 0x2168))
    const text = fc.array(character.filter(code => code < 0xD800 || code > 0xDFFF), { minLength: 1, maxLength: 6 }).map(codes => String.fromCodePoint(...codes))
    fc.assert(fc.property(text, given => outcome(saslPrep, given) === outcome(prepared => driversOwn.saslprep(prepared), given)), { numRuns: 3000 })
  })
})
