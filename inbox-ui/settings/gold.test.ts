import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { isJump, pricePath, readTable } from './goldFile.ts'

const file = (name: string, bytes: Uint8Array) => new File([new Uint8Array(bytes)], name)
const table = 'date,currency,price_per_gram\n2026-01-31,INR,7120.50'

describe('a table that is chosen', () => {
  it('is read as it is, also as spreadsheets write it in two bytes a letter', async () => {
    expect(await readTable(file('gold.csv', Buffer.from(table)))).toEqual({ csv: table })
    expect(await readTable(file('gold.txt', Buffer.concat([Buffer.from([0xFF, 0xFE]), Buffer.from(table, 'utf16le')])))).toEqual({ csv: table })
  })
  it('is refused before it is sent where it is a spreadsheet, whatever its name, or too large', async () => {
    expect(await readTable(file('gold.xlsx', Buffer.from('')))).toEqual({ problem: 'spreadsheet' })
    expect(await readTable(file('gold.csv', Buffer.from('PK\u0003\u0004')))).toEqual({ problem: 'spreadsheet' })
    expect(await readTable(file('gold.csv', Buffer.alloc(1_048_577, 'x')))).toEqual({ problem: 'too_large' })
    expect(await readTable({ name: 'gold.csv', size: 5, arrayBuffer: () => Promise.reject(new DOMException('gone')) })).toEqual({ problem: 'unreadable' })
  })
})

describe('the line of a price', () => {
  it('runs from the first day to the last, the lowest at the bottom', () => expect(pricePath([{ day: '2026-01-01', perGram: 10 }, { day: '2026-01-02', perGram: 20 }, { day: '2026-01-05', perGram: 15 }], 40, 12)).toBe('M0 11L10 1L40 6'))
  it('of a price that stands still is in the middle, and of one day there is none', () => {
    expect(pricePath([{ day: '2026-01-01', perGram: 10 }, { day: '2026-01-05', perGram: 10 }], 40, 12)).toBe('M0 6L40 6')
    expect(pricePath([{ day: '2026-01-01', perGram: 10 }], 40, 12)).toBe('')
  })
  it('is asked about where the newest price is another unit rather than a move', () => expect([isJump(7000, 217_000), isJump(7000, 84), isJump(7000, 7600), isJump(null, 5)]).toEqual([true, true, false, false]))
})
