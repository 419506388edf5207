import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clipped, field, number, parseJson, text } from './json.ts'

describe('reading JSON from outside', () => {
  it('never reaches what an object inherits', () => {
    expect(field({}, 'constructor')).toBeUndefined()
    expect(field(JSON.parse('{"__proto__":{"a":1}}'), 'a')).toBeUndefined()
    expect(text('text', 'length')).toBeUndefined()
  })

  it('keeps whole numbers of 16 digits and more as text, wherever they stand', () => {
    expect(parseJson('{"a":12345678901234567,"b":[-98765432109876543210,1],"c":"12345678901234567: 12345678901234567","d":1234567890123456}')).toEqual({
      a: '12345678901234567',
      b: ['-98765432109876543210', 1],
      c: '12345678901234567: 12345678901234567',
      d: '1234567890123456',
    })
  })

  it('leaves decimals and powers numbers', () => {
    const source = '[1.12345678901234567,12345678901234567.5,12345678901234567e2]'
    expect(parseJson(source)).toEqual(JSON.parse(source))
  })

  it('reads everything else as JSON.parse does', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.bigInt({ min: 10n ** 15n, max: 10n ** 30n }), (value, id) => {
      const source = JSON.stringify({ value, id: 'ID' }).replace('"ID"', String(id))
      const found = parseJson(source)
      expect(field(found, 'id')).toBe(String(id))
      if (!/\d{16}/.test(JSON.stringify(value))) expect(field(found, 'value')).toEqual(JSON.parse(JSON.stringify(value)))
    }))
  })

  it('reads numbers from text only where the text is nothing but a number', () => {
    expect(number({ price: '7.99' }, 'price')).toBe(7.99)
    for (const price of ['', 'ten', '0x10', '1e3', 'Infinity', '7.99 USD', null, [], true]) expect(number({ price }, 'price')).toBeUndefined()
  })

  it('cuts what is too deep to store or print', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    expect(() => JSON.stringify(clipped(deep))).not.toThrow()
  })
})
