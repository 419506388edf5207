import { z } from 'zod'

const Day = z.string()
const PerGram = z.number()
const Count = z.number().int().min(0)

/** Why a line of a table of gold prices, or the table, is not taken. */
export const goldProblemCodes = ['no_columns', 'too_many_lines', 'quotes', 'date', 'currency', 'price', 'future', 'too_many_currencies'] as const

/** `line` is the table's own, from 1; `value` is what stands there, for the reader to find it. */
export const GoldProblem = z.object({ line: z.number().int(), code: z.enum(goldProblemCodes), value: z.string() })
export type GoldProblem = z.infer<typeof GoldProblem>

/** `GET /api/v1/gold-prices`. */
export const GoldPrices = z.object({
  currencies: z.array(z.object({
    currency: z.string(),
    /** The newest day with its price. */
    day: Day,
    perGram: PerGram,
    /** What has become of it within about a week, percent with a decimal; null where no price of then is known. */
    week: z.number().nullable(),
    /** Whether it has moved so much lately that advice speaks of it. */
    move: z.object({ percent: z.number(), days: z.number() }).nullable(),
    /** The last ninety days, oldest first. */
    line: z.array(z.object({ day: Day, perGram: PerGram })),
  })),
})
export type GoldPrices = z.infer<typeof GoldPrices>

/** `POST /api/v1/gold-prices/check`: what taking a table would do. Nothing is taken as long as there is a problem. */
export const GoldCheck = z.object({
  /** The first twenty, by line, and how many there are. */
  problems: z.array(GoldProblem).max(20),
  problemCount: Count,
  /** Of the lines that are understood. */
  currencies: z.array(z.object({
    currency: z.string(),
    from: Day,
    until: Day,
    /** The price of the last day. */
    perGram: PerGram,
    /** The last price that is known by now; null for a currency that is new. */
    known: PerGram.nullable(),
    /** Days that are new, that have another price than before, and that are known as they are. */
    added: Count,
    changed: Count,
    unchanged: Count,
  })),
  /** Days that are older than prices are kept. */
  tooOld: Count,
})
export type GoldCheck = z.infer<typeof GoldCheck>

/** `POST /api/v1/gold-prices`: what became of a table, in days: new or changed; the same as before; older than prices are kept. */
export const GoldImport = z.object({ stored: Count, unchanged: Count, tooOld: Count })
export type GoldImport = z.infer<typeof GoldImport>
