import { z } from 'zod'
import { Locale, Role } from './accounts.ts'
import { ChannelName } from './events.ts'
import { StoreView, TagView, TemplateView } from './house-view.ts'
import { Line, Prose } from './text.ts'

const id = z.string().min(1).max(64).regex(/^[\w.-]+$/, 'may hold letters, digits, dot, dash and underscore')

export const StoreImport = StoreView.extend({ id, name: Line(100), city: z.string().max(100), country: z.string().regex(/^[A-Z]{2}$/, 'is not a two-letter country code'), timeZone: z.string().max(60), address: z.string().max(300).optional() })

/** One of our numbers or accounts. What is secret in it is encrypted at once and never given out again. */
export const ChannelImport = z.object({
  id,
  /** Id of the adapter that serves it. */
  adapter: z.string().max(40),
  channel: ChannelName,
  label: Line(100),
  /** What the provider calls it in its bodies. */
  externalId: z.string().min(1).max(200),
  /** Number or handle as people write it. */
  handle: z.string().min(1).max(100),
  storeId: z.string().max(64).nullable(),
  /** Its own settings, by the adapter's keys, over those of the environment. Left out: what is kept stays. */
  settings: z.record(z.string().max(40), z.string().max(4000)).optional(),
})

export const AdvisorImport = z.object({
  id,
  name: Line(100),
  email: z.email().max(254),
  role: Role,
  storeIds: z.array(z.string().max(64)).max(500),
  locale: Locale.default('en'),
})

export const PieceImport = z.object({
  id,
  sku: z.string().trim().min(1).max(100),
  name: Line(200),
  detail: z.string().max(500),
  category: z.string().max(100),
  price: z.number().min(0).nullable(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'is not a three-letter currency code'),
  /** An https address, or a path on this server. */
  imageUrl: z.string().max(1000).regex(/^(https:\/\/|\/(?!\/))/, 'is neither an https address nor a path').nullable(),
})

/** `name` is what the provider calls it: lower-case words with underscores, or a content SID. */
export const TemplateImport = TemplateView.extend({ id, name: z.string().regex(/^(?:[a-z0-9_]{1,512}|HX[0-9a-f]{32})$/, 'may hold a–z, 0–9 and _, or is a content SID'), accountId: z.string().min(1).max(100).nullable().optional(), language: z.string().min(2).max(20), category: z.string().max(40), body: z.string().min(1).max(4096), params: z.array(z.string().max(100)).max(20) })

export const QuickReplyImport = z.object({ id, shortcut: Line(40), text: Prose(4096) })

/** `PUT /api/v1/house`: what is given is added or replaced by its id, what is not given stays. Running it twice changes nothing. */
export const HouseImport = z.object({
  name: Line(100).optional(),
  /** The house's catalogue at the provider: pieces then leave as product messages where the network has them. */
  catalogId: z.string().min(1).max(100).optional(),
  tags: z.array(TagView.extend({ name: Line(40), color: z.string().max(40) })).max(200).optional(),
  stores: z.array(StoreImport).max(1000).optional(),
  channels: z.array(ChannelImport).max(1000).optional(),
  advisors: z.array(AdvisorImport).max(1000).optional(),
  pieces: z.array(PieceImport).max(1000).optional(),
  templates: z.array(TemplateImport).max(1000).optional(),
  quickReplies: z.array(QuickReplyImport).max(1000).optional(),
})
export type HouseImport = z.infer<typeof HouseImport>

/** How many of each kind were taken. */
export const HouseImportResult = z.object({ stores: z.number(), channels: z.number(), advisors: z.number(), pieces: z.number(), templates: z.number(), quickReplies: z.number() })
export type HouseImportResult = z.infer<typeof HouseImportResult>
