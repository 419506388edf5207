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

/**
 * Reads a table of daily gold prices as RFC 4180 has it, also with semicolons or tabs: a first line of names (`date`, `currency`, and `price_per_gram` or
 * `price_per_ounce`, in any order, others ignored), then a line for each day. Of two lines of one day and currency the later counts.
 * @returns the rows, or a sentence that says which line is not understood and why
 */
export function goldRowsOf(csv: string): GoldRow[] | string {
  const table = linesOf(csv)
  if (typeof table === 'string') return table
  const [first, ...lines] = table
  const names = first?.record.map(name => name.toLowerCase()) ?? []
  const unit = Object.keys(units).find(name => names.includes(name)) as keyof typeof units | undefined
  const [date, currency, price] = [names.indexOf('date'), names.indexOf('currency'), unit === undefined ? -1 : names.indexOf(unit)]
  if (unit === undefined || date < 0 || currency < 0) return 'The first line names the columns: date, currency, and price_per_gram or price_per_ounce.'
  if (lines.length > mostRows) return `A table has at most ${mostRows} lines. Send it in parts.`
  const rows = new Map<string, GoldRow>()
  for (const { record: fields, info } of lines) {
    const row = { day: fields[date] ?? '', currency: (fields[currency] ?? '').toUpperCase(), perGram: Number(fields[price] || Number.NaN) / units[unit] }
    const wrong = !isDay(row.day) ? 'a date is written 2026-01-31' : !/^[A-Z]{3}$/.test(row.currency) ? 'a currency has three letters' : !(row.perGram > 0 && row.perGram < 1e9) ? 'a price is a number above 0' : null
    if (wrong) return `Line ${info.lines} is not understood: ${wrong}.`
    rows.set(`${row.currency}:${row.day}`, row)
  }
  return [...rows.values()]
}

interface Line { record: string[], info: { lines: number } }

function linesOf(csv: string): Line[] | string {
  try {
    // The parser's types know nothing of `info`, which puts the line's number beside its fields.
    return parse(csv, { bom: true, delimiter: [',', ';', '\t'], trim: true, skip_empty_lines: true, relax_column_count: true, info: true, to: mostRows + 2 }) as unknown as Line[]
  }
  catch (error) {
    if (error instanceof CsvError) return `Line ${String(error.lines ?? 1)} is not understood: its quotation marks do not match.`
    throw error
  }
}
