import { z } from 'zod'

export const stages = ['discovering', 'exploring', 'considering', 'deciding', 'ready', 'owner', 'dormant'] as const
export const Stage = z.enum(stages)
export type Stage = z.infer<typeof Stage>

export const momenta = ['warming', 'steady', 'cooling'] as const
export const Momentum = z.enum(momenta)
export type Momentum = z.infer<typeof Momentum>

export const nextActionKinds = ['wait', 'nurture', 'involve', 'suppress', 'ready'] as const
export const NextActionKind = z.enum(nextActionKinds)
export type NextActionKind = z.infer<typeof NextActionKind>

/** The mark on a list row: one look says where someone stands. */
export const readinessMarks = ['ready', 'warming', 'steady', 'let_be', 'owner'] as const
export const ReadinessMark = z.enum(readinessMarks)
export type ReadinessMark = z.infer<typeof ReadinessMark>

/** A sentence in parts: `code` names it in the locale files, `params` fill it, so that it reads in every language. */
export const Reason = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Contribution to the logit of p(30 days); positive speaks for, negative against. */
  logit: z.number(),
  /** Ids of the signals behind it, newest first, at most eight. */
  signalIds: z.array(z.string()).max(8),
})
export type Reason = z.infer<typeof Reason>

export const NextAction = z.object({
  kind: NextActionKind,
  channel: z.enum(['message', 'call', 'visit']).optional(),
  /** ISO time from which it is good to act. */
  notBefore: z.string().optional(),
  /** ISO time after which this advice is stale. */
  expiresAt: z.string(),
  reason: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
  /** What makes this a time for it, beside the reason: a sentence of the next actions. */
  timing: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }).optional(),
})
export type NextAction = z.infer<typeof NextAction>

/** What the engine says of one person at one moment. */
export const Readiness = z.object({
  at: z.string(),
  /** Probability of a visit or a purchase within 7, 30 and 90 days, each 0…1. */
  p7: z.number().min(0).max(1),
  p30: z.number().min(0).max(1),
  p90: z.number().min(0).max(1),
  stage: Stage,
  momentum: Momentum,
  mark: ReadinessMark,
  /** ISO time since when the momentum has been what it is. */
  momentumSince: z.string(),
  /** Days since the customer's last signal, and how usual that is for them: 1 = wholly usual, 0 = unheard of. */
  silence: z.object({ days: z.number(), usual: z.number().min(0).max(1), withinRhythm: z.boolean() }),
  /** Strongest first, at most five. */
  reasons: z.array(Reason).max(5),
  nextAction: NextAction,
  modelVersion: z.string(),
})
export type Readiness = z.infer<typeof Readiness>
