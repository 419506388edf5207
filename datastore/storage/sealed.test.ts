import { Buffer } from 'node:buffer'
import { serialize } from 'bson'
import { expect, it } from 'vitest'
import { openSeal, seal, SEAL_BYTES, unseal } from './sealed.ts'

const bytes = Buffer.from(serialize({ _id: 1, text: 'as it was written' }))

it('a sealed document opens as it was written', () => {
  const sealed = seal(bytes)
  expect(sealed).toHaveLength(bytes.length + SEAL_BYTES)
  expect(openSeal(sealed)).toEqual(bytes)
})

it('one with any bit changed does not open', () => {
  const sealed = seal(bytes)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(openSeal(changed), `bit ${bit}`).toBeUndefined()
  }
  expect(() => unseal(sealed.subarray(1))).toThrow(expect.objectContaining({ code: 246 }) as Error)
})

it('a document from before there were seals opens too', () => {
  expect(unseal(bytes)).toEqual(bytes)
  expect(openSeal(bytes.subarray(0, 3))).toBeUndefined()
})
