import { z } from 'zod'

/** What goes wrong on purpose. All off by default. Rates are chances, 0…1, drawn from the seeded source. */
export const Faults = z.object({
  /** Every call answers error 190: the access token has expired. */
  deadToken: z.boolean().default(false),
  /** Messages fail with 131026: the message is undeliverable. */
  undeliverable: z.boolean().default(false),
  /** Templates fail with 131049: this person has had enough marketing. */
  marketingLimit: z.boolean().default(false),
  /** Calls answered with a bare 500. */
  serverErrorRate: z.number().min(0).max(1).default(0),
  /** Answers to calls wait this long, milliseconds. */
  slowMs: z.number().int().min(0).max(60_000).default(0),
  /** Webhooks delivered twice. */
  duplicateRate: z.number().min(0).max(1).default(0),
  /** Statuses arrive newest first. */
  outOfOrder: z.boolean().default(false),
  /** More than a burst of messages to one person, or faster than one in six seconds, is refused with 131056. */
  pairLimit: z.boolean().default(false),
})
export type Faults = z.infer<typeof Faults>

/** How long things take, milliseconds; the real pause lies between the two. */
export const Timing = z.object({
  sent: z.tuple([z.number().min(0), z.number().min(0)]).default([120, 350]),
  delivered: z.tuple([z.number().min(0), z.number().min(0)]).default([250, 700]),
  read: z.tuple([z.number().min(0), z.number().min(0)]).default([500, 1200]),
})
export type Timing = z.infer<typeof Timing>
