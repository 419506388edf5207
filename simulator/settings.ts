import { z } from 'zod'
import { Timing } from './faults.ts'

/** What the simulator shares with the Loupe it stands in for the providers of. */
export const Secrets = z.object({
  whatsappAppSecret: z.string().min(1),
  instagramAppSecret: z.string().min(1),
  twilioAuthToken: z.string().min(1),
  twilioAccountSid: z.string().min(1),
  /** Bearer token that calls to the Graph API must carry. */
  graphToken: z.string().min(1),
  /** Tokens of the webhook handshake; it is played at the start when they are given. */
  verifyTokens: z.object({ whatsapp: z.string().min(1), instagram: z.string().min(1) }).partial().default({}),
})
export type Secrets = z.infer<typeof Secrets>

export const SimulatorSettings = z.object({
  /** 0 takes a free one. */
  port: z.number().int().min(0).max(65_535).default(0),
  /** Only this machine: whoever reaches the simulator can write as anybody. */
  host: z.enum(['127.0.0.1', '::1', 'localhost']).default('127.0.0.1'),
  /** Where people and providers meet the simulator's paths. */
  basePath: z.string().regex(/^(\/[\w-]+)*$/).default('/simulator'),
  /** Address of `basePath` as the house reaches it, when that is not the simulator's own: files must come from the host that the house calls. */
  mountedAt: z.url().optional(),
  /** Where webhooks go. */
  loupeUrl: z.url(),
  /** Loupe's address as Twilio signs it; `loupeUrl` when it is the same. */
  publicUrl: z.url().optional(),
  secrets: Secrets,
  /** When the demo house was loaded, milliseconds: the phones then show the same history. Absent: the phones start empty. */
  demoNow: z.number().optional(),
  timing: Timing.prefault({}),
  seed: z.number().int().default(1),
})
export type SimulatorSettings = z.infer<typeof SimulatorSettings>
