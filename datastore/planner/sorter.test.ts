import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { StoredDocument } from '../bson/stored-document.ts'
import { Sorter } from './sorter.ts'

const byNumber = (a: unknown[], b: unknown[]): number => (a[0] as number) - (b[0] as number)

function sorted(numbers: readonly number[], wanted: number): { n: number, place: number }[] {
  const sorter = new Sorter(byNumber, wanted)
  numbers.forEach((n, place) => sorter.add(new StoredDocument(encodeDocument({ n, place })), [n]))
  return Array.from(sorter.sorted(), document => ({ n: Number(document.get('n')), place: Number(document.get('place')) }))
}

describe('a sort in runs', () => {
  it('gives the same as sorting at once, in the order of arrival where documents are equal', () => {
    const plain = (numbers: readonly number[], wanted: number): { n: number, place: number }[] => numbers.map((n, place) => ({ n, place })).sort((a, b) => a.n - b.n).slice(0, wanted)
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }), fc.constantFrom(1, 7, 5000, Infinity), (numbers, wanted) => {
      expect(sorted(numbers, wanted)).toEqual(plain(numbers, wanted))
    }), { numRuns: 50 })
    const many = Array.from({ length: 30_000 }, (_, i) => (i * 7919) % 1000)
    for (const wanted of [10, 3000, 20_000, Infinity])
      expect(sorted(many, wanted)).toEqual(plain(many, wanted))
  })

  it('stops when it would hold too much', () => {
    const sorter = new Sorter(byNumber, Infinity)
    const large = new StoredDocument(encodeDocument({ text: Buffer.alloc(15_000_000) }))
    expect(() => {
      for (let i = 0; i < 30; i++)
        sorter.add(large, [i])
    }).toThrow(/memory limit/)
  })
})
