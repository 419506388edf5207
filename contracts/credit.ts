import { z } from 'zod'
import { SignalType } from './signals.ts'

const Count = z.number().int().min(0)

/** Outcomes, or shares of them that were credited: each outcome is worth one, so that shares need not be whole. */
export const CreditCounts = z.object({ visits: z.number().min(0), purchases: z.number().min(0), lost: z.number().min(0), optOuts: z.number().min(0) })
export type CreditCounts = z.infer<typeof CreditCounts>

/** Kinds of touch that credit is given to; `unprompted` is what came without one in the thirty days before. */
export const creditedKinds = ['advisor', 'bot', 'followup', 'campaign', 'unprompted'] as const

/** Whom and what the outcomes of some weeks are credited to. What came before what, not what brought it about. */
export const LearningCredit = z.object({
  /** Outcomes in all. */
  all: CreditCounts,
  /** `touches`: how many were made in these weeks. */
  byKind: z.array(CreditCounts.extend({ kind: z.enum(creditedKinds), touches: Count })).max(creditedKinds.length),
  /** Most credited first. */
  byAdvisor: z.array(CreditCounts.extend({ advisorId: z.string(), name: z.string(), touches: Count })).max(30),
  /** By the store through whose number was written. */
  byStore: z.array(CreditCounts.extend({ storeId: z.string(), touches: Count })).max(30),
  /** What people showed before, most credited first. */
  bySignal: z.array(CreditCounts.extend({ signal: SignalType })).max(12),
})
export type LearningCredit = z.infer<typeof LearningCredit>

/** A way in which interest ended, with people to open. */
export const LearningEnding = z.object({
  kind: z.enum(['lost', 'opt_out']),
  /** As whoever told it wrote it; null where none was given. */
  reason: z.string().nullable(),
  count: Count,
  /** Newest first. */
  people: z.array(z.object({ customerId: z.string(), conversationId: z.string().nullable(), name: z.string(), storeId: z.string().nullable(), at: z.string() })).max(8),
})
export type LearningEnding = z.infer<typeof LearningEnding>
