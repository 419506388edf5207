import { describe, expect, it } from 'vitest'
import { pieceWords, searchWords } from './piece-words.ts'

describe('the words a piece is found by', () => {
  it('hold its SKU with and without the dash, and every word of its name', () => {
    const words = pieceWords({ sku: 'R-221', name: 'Solitaire Ring', detail: '1.2 ct, platinum', category: 'ring' })
    expect(words).toEqual(expect.arrayContaining(['r221', 'r', '221', 'solitaire', 'ring', 'platinum']))
    expect(new Set(words).size).toBe(words.length)
  })

  it('are the same with and without accents and capitals', () => {
    expect(searchWords('Pavé BRACELET')).toEqual(searchWords('pave bracelet'))
  })

  it('never number more than forty', () => {
    expect(pieceWords({ sku: 'X', name: 'x', category: 'x', detail: Array.from({ length: 300 }, (_, i) => `w${i}`).join(' ') })).toHaveLength(40)
  })
})
