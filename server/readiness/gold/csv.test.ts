import { describe, expect, it } from 'vitest'
import { goldProblemInWords, readGoldTable } from './csv.ts'

const goldRowsOf = (csv: string) => readGoldTable(csv).rows.map(({ line: _, ...row }) => row)

describe('a table of gold prices', () => {
  it('is read by the names of its columns, in grams', () => {
    expect(goldRowsOf('date,currency,price_per_gram\n2026-03-01,INR,7120.5\n2026-03-02,aed,310\n')).toEqual([{ day: '2026-03-01', currency: 'INR', perGram: 7120.5 }, { day: '2026-03-02', currency: 'AED', perGram: 310 }])
    expect(goldRowsOf('"Currency","price_per_ounce","note","Date"\r\n"USD","3110.34768","fixing","2026-03-01"\r\n')).toEqual([{ day: '2026-03-01', currency: 'USD', perGram: 100 }])
  })

  it('may come from any spreadsheet', () => {
    const inDollars = [{ day: '2026-03-01', currency: 'USD', perGram: 101.5 }]
    expect(goldRowsOf('\uFEFFdate;currency;price_per_gram\r\n2026-03-01;USD;101.5\r\n\r\n')).toEqual(inDollars)
    expect(goldRowsOf('Date\tNote\tCurrency\tPrice_per_gram\n 2026-03-01 \t"fixing, ""late"""\tusd\t101.5')).toEqual(inDollars)
  })

  it('holds a day once, as it was told last', () => {
    expect(goldRowsOf('date,currency,price_per_gram\n2026-03-01,INR,1\n2026-03-01,INR,2')).toEqual([{ day: '2026-03-01', currency: 'INR', perGram: 2 }])
  })

  it.each([
    ['', /names the columns/],
    ['date,currency\n2026-03-01,INR', /names the columns/],
    ['date,currency,price_per_gram\n2026-02-30,INR,5', /Line 2.*date/],
    ['date,currency,price_per_gram\n2026-02-01,INR,5\n01/02/2026,INR,5', /Line 3.*date/],
    ['date,currency,price_per_gram\n2026-02-01,rupees,5', /Line 2.*currency/],
    ['date,currency,price_per_gram\n2026-02-01,INR,', /Line 2.*price/],
    ['date,currency,price_per_gram\n2026-02-01,INR,-5', /Line 2.*price/],
    ['date,currency,price_per_gram\n2026-02-01,INR,Infinity', /Line 2.*price/],
    ['date,currency,price_per_gram\n2026-02-01,"INR,5\n2026-02-02,INR,5', /Line \d.*quotation/],
    ['date,currency,price_per_gram\n2026-02-01,INR,"7,120.50"', /Line 2.*price/],
    [`date,currency,price_per_gram\n${'2026-02-01,INR,5\n'.repeat(5002)}`, /at most 5000/],
  ])('is refused with the line that is wrong (%#)', (csv, why) => expect(readGoldTable(csv).problems.map(goldProblemInWords).join(' ')).toMatch(why))

  it('tells of every line that is wrong, with what stands there', () => {
    const { rows, problems } = readGoldTable('date,currency,price_per_gram\n31/01/2026,INR,8000\n2026-02-01,INR,8010\n\n2026-02-02,rupees,8020\n2026-02-03,INR,"8,030.50"')
    expect(problems).toEqual([{ line: 2, code: 'date', value: '31/01/2026' }, { line: 5, code: 'currency', value: 'rupees' }, { line: 6, code: 'price', value: '8,030.50' }])
    expect(rows).toMatchObject([{ day: '2026-02-01', line: 3 }])
  })
})
