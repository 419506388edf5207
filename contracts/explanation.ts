import { z } from 'zod'
import { Readiness, Reason } from './readiness.ts'
import { SignalType } from './signals.ts'
import { ReasonEvents } from './thread.ts'

/** A probability, 0…1. */
const Rate = z.number().min(0).max(1)
const Time = z.string()
const Count = z.number().int().min(0)
const Words = z.string()

/** `GET /api/v1/customers/:id/readiness`: how ready a person is, with what it rests on. */
export const ReadinessAnswer = z.object({
  customerId: z.string(),
  /** Null as long as nothing is known of them. */
  readiness: Readiness.nullable(),
  /** The reasons, in their order, and the next action as sentences in English. */
  inWords: z.object({ reasons: z.array(Words), nextAction: Words.nullable() }),
  /** What is behind each reason, in their order. */
  behind: z.array(ReasonEvents),
})
export type ReadinessAnswer = z.infer<typeof ReadinessAnswer>

/** `GET /api/v1/customers/:id/readiness/replay?day=YYYY-MM-DD`. `model`: the one in use on that day, or the one in use now. */
export const ReplayQuery = z.strictObject({ day: z.iso.date(), model: z.enum(['then', 'now']).default('then') })
export type ReplayQuery = z.infer<typeof ReplayQuery>

/** What the engine says of a person at the end of a day, from what had happened by then and nothing later. */
export const ReadinessReplay = z.object({
  customerId: z.string(),
  day: z.string(),
  /** The day's end in `timeZone`: the customer's, or their store's. Now, for today. */
  at: Time,
  timeZone: z.string(),
  modelVersion: z.string(),
  /** Null when nothing was known of them yet. */
  readiness: Readiness.nullable(),
  inWords: z.object({ reasons: z.array(Words), nextAction: Words.nullable() }),
  /** What is behind each reason, in their order: what had happened by then. */
  behind: z.array(ReasonEvents),
  /** Signals known by then, and those of the day, oldest first, at most fifty. */
  known: Count,
  onDay: z.array(z.object({ id: z.string(), signal: SignalType, at: Time })).max(50),
  /** The first visit or purchase after that day; null when none has come. */
  came: z.object({ signal: SignalType, at: Time, days: z.number() }).nullable(),
})
export type ReadinessReplay = z.infer<typeof ReadinessReplay>

/** One part of a logit. */
export const ExplainedPart = z.object({
  name: z.string(),
  logit: z.number(),
  /** As in `LearnedWeight`. */
  signal: z.string().nullable(),
  word: z.string().nullable(),
})
/** logit p = bias + Σ parts. */
export const ExplainedHorizon = z.object({ horizonDays: z.number(), p: Rate, bias: z.number(), parts: z.array(ExplainedPart) })

/** What would change the reading: p of thirty days now, and then. `code` and `params` as sentences have them. */
export const ExplainedChange = z.object({
  code: z.enum(['if_signal', 'if_quiet']),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  now: Rate,
  then: Rate,
  inWords: Words,
})

/** `GET /api/v1/customers/:id/readiness/explain`: exact, and of this moment. */
export const ReadinessExplanation = z.object({
  customerId: z.string(),
  at: Time,
  modelVersion: z.string(),
  /** Shortest first. A shorter horizon is never shown above a longer one; the sums here are before that. */
  horizons: z.array(ExplainedHorizon),
  /** Grouped and strongest first, with the signals behind each. */
  reasons: z.array(Reason.extend({ inWords: Words })),
  change: z.array(ExplainedChange),
})
export type ReadinessExplanation = z.infer<typeof ReadinessExplanation>
