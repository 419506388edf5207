import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchKeysOf } from './search-keys.ts'
import { probesFor } from './search-probes.ts'

const priya = searchKeysOf({ name: 'Priya Anand Sharma', tags: ['VIP'], addresses: [{ kind: 'phone', value: '+919876544410' }, { kind: 'email', value: 'priya@example.com' }, { kind: 'username', value: 'priya.s' }] })

function finds(typed: string, { whole = true, keys = priya } = {}): boolean {
  const hit = (wanted: string | RegExp) => keys.some(key => typeof wanted === 'string' ? key === wanted : wanted.test(key))
  return probesFor(typed, whole).some(({ key, and = [] }) => [key, ...and].every(hit))
}

describe('a search', () => {
  it.each(['pri', 'PRIYA', 'sharma', 'anand sh', 'sharma priya', 'sha pri an', 'vip', '#vip', 'priya@ex', '@priya', 'priya.s'])('finds her by "%s"', typed => expect(finds(typed)).toBe(true))
  it.each(['iya', 'rao', 'priya rao', '#gold', 'x@example.com', '@sharma'])('does not find her by "%s"', typed => expect(finds(typed)).toBe(false))
  it.each(['98765', '+91 98765 44410', '0 98765 44410', '00919876544410', '654', '4410', '٤٤١٠'])('finds her by the number part %s', typed => expect(finds(typed)).toBe(true))
  it.each(['44', '5551', '98764'])('does not find her by the number part %s', typed => expect(finds(typed)).toBe(false))

  it('finds by the end that is shown, or by a number that is known, where addresses are masked', () => {
    expect(finds('4410', { whole: false })).toBe(true)
    expect(finds('9876544410', { whole: false })).toBe(true)
    for (const part of ['654', '6544', '44410', '544410']) expect(finds(part, { whole: false })).toBe(false)
    expect(finds('priya@example.com', { whole: false })).toBe(true)
    expect(finds('priya@e', { whole: false })).toBe(false)
  })

  it('never throws, and only ever makes anchored patterns, whatever is typed', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 60 })), fc.boolean(), (typed, whole) => {
      for (const { key, and = [] } of probesFor(typed, whole)) {
        for (const one of [key, ...and]) expect(typeof one === 'string' || /^\^[nphect]:/.test(one.source)).toBe(true)
      }
    }))
  })

  it('takes what means something in a pattern as it is written', () => {
    expect(finds('@.*')).toBe(false)
    expect(finds('#.*')).toBe(false)
    expect(finds('.*')).toBe(false)
  })
})
