import type { GoldProblem } from '#contracts'
import { CsvError, parse } from 'csv-parse/sync'

/** What gold cost on a day, in units of `currency`. */
export interface GoldRow {
  currency: string
  /** `YYYY-MM-DD`. */
  day: string
  perGram: number
}

/** Grams of a troy ounce (exact: 480 grains of 64.79891 mg). */
const gramsPerOunce = 31.1034768
/** Thirteen years of one currency. */
const mostRows = 5_000
const units = { price_per_gram: 1, price_per_ounce: gramsPerOunce } as const

/** Whether a text is a day of the calendar. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** A table that was read: the rows that are understood, and what is not. */
export interface GoldTable {
  rows: (GoldRow & { line: number })[]
  problems: GoldProblem[]
}

/** What of a line is shown to whoever has to find it. */
const longestValue = 40

/**
 * Reads a table of daily gold prices as RFC 4180 has it, also with semicolons or tabs: a first line of names (`date`, `currency`, and `price_per_gram` or
 * `price_per_ounce`, in any order, others ignored), then a line for each day. Of two lines of one day and currency the later counts.
 */
export function readGoldTable(csv: string): GoldTable {
  const problems: GoldProblem[] = []
  const none = (code: GoldProblem['code'], line: number, value = ''): GoldTable => ({ rows: [], problems: [{ line, code, value: value.slice(0, longestValue) }] })
  const table = linesOf(csv)
  if (typeof table === 'number') return none('quotes', table)
  const [first, ...lines] = table
  const names = first?.record.map(name => name.toLowerCase()) ?? []
  const unit = Object.keys(units).find(name => names.includes(name)) as keyof typeof units | undefined
  const [date, currency, price] = [names.indexOf('date'), names.indexOf('currency'), unit === undefined ? -1 : names.indexOf(unit)]
  if (unit === undefined || date < 0 || currency < 0) return none('no_columns', 1, names.join(', '))
  if (lines.length > mostRows) return none('too_many_lines', mostRows + 2)
  const rows = new Map<string, GoldTable['rows'][number]>()
  for (const { record: fields, info } of lines) {
    const row = { line: info.lines, day: fields[date] ?? '', currency: (fields[currency] ?? '').toUpperCase(), perGram: Number(fields[price] || Number.NaN) / units[unit] }
    const wrong = !isDay(row.day) ? 'date' : !/^[A-Z]{3}$/.test(row.currency) ? 'currency' : !(row.perGram > 0 && row.perGram < 1e9) ? 'price' : null
    if (wrong) problems.push({ line: info.lines, code: wrong, value: (fields[{ date, currency, price }[wrong]] ?? '').slice(0, longestValue) })
    else rows.set(`${row.currency}:${row.day}`, row)
  }
  return { rows: [...rows.values()], problems }
}

/** A problem as a sentence that says what to do. */
export function goldProblemInWords({ line, code, value }: GoldProblem): string {
  switch (code) {
    case 'no_columns': return 'The first line names the columns: date, currency, and price_per_gram or price_per_ounce.'
    case 'too_many_lines': return `A table has at most ${mostRows} lines. Send it in parts.`
    case 'too_many_currencies': return 'Prices are kept in at most twelve currencies.'
    case 'quotes': return `Line ${line} is not understood: its quotation marks do not match.`
    case 'date': return `Line ${line} is not understood: a date is written 2026-01-31.`
    case 'currency': return `Line ${line} is not understood: a currency has three letters.`
    case 'price': return `Line ${line} is not understood: a price is a number above 0.`
    case 'future': return `Line ${line} is not taken: ${value} has not come yet.`
  }
}

interface Line { record: string[], info: { lines: number } }

/** The lines; the number of the one whose quotation marks do not match, where there is one. */
function linesOf(csv: string): Line[] | number {
  try {
    // The parser's types know nothing of `info`, which puts the line's number beside its fields.
    return parse(csv, { bom: true, delimiter: [',', ';', '\t'], trim: true, skip_empty_lines: true, relax_column_count: true, info: true, to: mostRows + 2 }) as unknown as Line[]
  }
  catch (error) {
    if (error instanceof CsvError) return Number(error.lines ?? 1)
    throw error
  }
}
