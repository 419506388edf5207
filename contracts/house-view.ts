import { z } from 'zod'
import { Role } from './accounts.ts'
import { ChannelName, ProviderName } from './events.ts'
import { channelCheckResults } from './tables.ts'

export const StoreView = z.object({ id: z.string(), name: z.string(), city: z.string(), country: z.string(), timeZone: z.string() })
export type StoreView = z.infer<typeof StoreView>

/** `unset`: the keys are missing. `unknown`: the provider could not be reached, or does not let us ask. */
export const ChannelCheck = z.object({ at: z.string(), result: z.enum(channelCheckResults), code: z.string().nullable() })
export type ChannelCheck = z.infer<typeof ChannelCheck>

/** One of our numbers or accounts. */
export const ChannelView = z.object({
  id: z.string(),
  /** Adapter that serves it, e.g. what `webhooks` registers. */
  adapter: z.string(),
  channel: ChannelName,
  provider: ProviderName,
  label: z.string(),
  /** Number or handle as people write it. */
  handle: z.string(),
  storeId: z.string().nullable(),
  /** `dead`: the provider refuses what we send. */
  state: z.enum(['live', 'dead']),
  /** The code with which it was refused, the provider's own or one of ours; null for one that is live. */
  reason: z.string().nullable().optional(),
  /** What the provider said when it was last asked whether our account works; null when it never was. */
  check: ChannelCheck.nullable().optional(),
  /** Why no file can leave through it: the provider would have to fetch it, and this house has no address that it can reach. */
  fileProblem: z.enum(['no_public_url']).nullable().optional(),
})
export type ChannelView = z.infer<typeof ChannelView>

export const TagView = z.object({ name: z.string(), color: z.string() })

/** `GET /api/v1/house`: what the interface needs to know of the house once. */
export const HouseView = z.object({
  name: z.string(),
  stores: z.array(StoreView),
  /** Everyone who ever worked here: a thread names people who have left. */
  colleagues: z.array(z.object({ id: z.string(), name: z.string(), role: Role, storeIds: z.array(z.string()), active: z.boolean().optional() })),
  channels: z.array(ChannelView),
  tags: z.array(TagView),
})
export type HouseView = z.infer<typeof HouseView>

export const PieceView = z.object({ id: z.string(), sku: z.string(), name: z.string(), detail: z.string(), price: z.number().nullable(), currency: z.string(), imageUrl: z.string().nullable() })
export type PieceView = z.infer<typeof PieceView>

export const TemplateView = z.object({ name: z.string(), language: z.string(), category: z.string(), body: z.string(), params: z.array(z.string()) })
export type TemplateView = z.infer<typeof TemplateView>

export const QuickReplyView = z.object({ id: z.string(), shortcut: z.string(), text: z.string() })
export type QuickReplyView = z.infer<typeof QuickReplyView>
