import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJson } from './json-check.ts'

/** What the language's own parser says of the same text. */
function parses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  }
  catch { return false }
}

const check = (text: string) => isJson(Buffer.from(text))

describe('the check of a body', () => {
  it.each([
    '{}', '[]', ' { } ', '[1,2,3]', '{"a":{"b":[]}}', '[true,false,null]', '[0,-0,1.5,-2e10,3E+4,5e-6]', '["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"]', '\t\n\r {"é":"💍"}',
  ])('finds JSON in %s', text => expect([check(text), parses(text)]).toEqual([true, true]))

  it.each([
    '', ' ', '{', '[', '{"a"}', '{"a":}', '{"a":1,}', '[1,]', '[,1]', '{,}', '{"a" 1}', '{a:1}', '{1:2}', '[1 2]', '[01]', '[1.]', '[.5]', '[+1]', '[-]', '[1e]', '[1e+]', '[tru]', '[nulll]',
    '["\\x"]', '["\\u12"]', '["\\u12g4"]', '["a\nb"]', '["a', '{"a":1}}', '[1]x', '"text"', '1', 'true', 'null', '\uFEFF{}', '[\u00A01]',
  ])('finds none in %s', text => expect([check(text), parses(text)]).toEqual([false, false]))

  it('says what the language\'s own parser says of anything that was JSON and has been damaged', () => {
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', ',', ':', '{', '}', '[', ']', '0', '-', '.', 'e', 'u', ' ', '\n', '\u0000'), fc.nat({ max: 2 }))
      .map(([text, at, put, gone]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + gone))
    fc.assert(fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => { expect(check(text)).toBe(parses(text)) }), { numRuns: 3_000 })
  })

  it('finds none in lists that lie deeper in each other than any provider\'s, without running out of stack', () => {
    expect(check('['.repeat(400) + ']'.repeat(400))).toBe(true)
    expect(check('['.repeat(60_000) + ']'.repeat(60_000))).toBe(false)
    expect(check('{"a":'.repeat(60_000))).toBe(false)
  })
})
