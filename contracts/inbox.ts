import { z } from 'zod'
import { ChannelName } from './events.ts'
import { PieceView } from './house-view.ts'
import { NextAction, Readiness, ReadinessMark } from './readiness.ts'
import { queueNames } from './tables.ts'
import { Line, plainLine, Prose, Unfinished } from './text.ts'

export const QueueName = z.enum(queueNames)
export type QueueName = z.infer<typeof QueueName>

/** Conversations in each queue that the reader may see. Counting stops at 1,000 (shown as 999+). */
export const QueueCounts = z.record(QueueName, z.number().int())
export type QueueCounts = z.infer<typeof QueueCounts>

/** Our number or account + their address: the way a message came and a reply leaves. */
export const LaneView = z.object({
  id: z.string(),
  channelId: z.string(),
  channel: ChannelName,
  label: z.string(),
  storeId: z.string().nullable(),
  /** Their address as shown to this reader; masked where the reader may not see it whole, empty where only the network can read it. */
  address: z.string(),
  /** Until when free text may be sent; null when the window never opened. */
  windowClosesAt: z.string().nullable(),
  lastInboundAt: z.string().nullable(),
  state: z.enum(['open', 'closed', 'blocked']),
  /** Whether a template may open a closed window here; assumed where it is not said. */
  templates: z.boolean().optional(),
  /** Of files that leave here: types in which a voice note may be recorded (none: the network knows no voice notes), and why no file can leave at all. */
  files: z.object({ voice: z.array(z.string()), problem: z.enum(['no_public_url']).nullable() }).optional(),
})
export type LaneView = z.infer<typeof LaneView>

/** A row of the list. */
export const ConversationRow = z.object({
  id: z.string(),
  customerId: z.string(),
  name: z.string(),
  initials: z.string(),
  /** Last line: a text's beginning, or a code such as `voice` for the interface to word. */
  preview: z.object({ text: z.string(), kind: z.string(), mine: z.boolean(), seconds: z.number().optional() }),
  lastAt: z.string(),
  channel: ChannelName,
  storeId: z.string().nullable(),
  ownerId: z.string().nullable(),
  unread: z.number().int(),
  /** Since when the customer waits for us; null when we wrote last. */
  waitingSince: z.string().nullable(),
  mark: ReadinessMark,
  p7: z.number(),
  nextAction: NextAction.shape.kind,
  snoozedUntil: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  tags: z.array(z.string()),
  revision: z.number().int(),
})
export type ConversationRow = z.infer<typeof ConversationRow>

export const Page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const ConversationPage = Page(ConversationRow).extend({ revision: z.number().int() })
export type ConversationPage = z.infer<typeof ConversationPage>

export const AddressView = z.object({ kind: z.string(), channel: ChannelName.nullable(), value: z.string(), since: z.string() })

/** The context pane. */
export const CustomerView = z.object({
  id: z.string(),
  name: z.string(),
  initials: z.string(),
  city: z.string().nullable(),
  timeZone: z.string().nullable(),
  locale: z.string().nullable(),
  addresses: z.array(AddressView),
  firstTouch: z.object({ source: z.string(), detail: z.string().nullable(), at: z.string() }).nullable(),
  tags: z.array(z.string()),
  keyDates: z.array(z.object({ kind: z.string(), date: z.string() })),
  ownerId: z.string().nullable(),
  optedOut: z.boolean(),
  readiness: Readiness.nullable(),
  /** p30 over the last 90 days, oldest first. */
  line: z.array(z.object({ at: z.string(), p: z.number() })),
  pieces: z.array(z.object({ piece: PieceView, seen: z.number().int(), wished: z.boolean(), lastAt: z.string() })),
  purchases: z.array(z.object({ at: z.string(), pieceName: z.string(), amount: z.number().nullable(), currency: z.string().nullable(), storeId: z.string().nullable() })),
  createdAt: z.string(),
})
export type CustomerView = z.infer<typeof CustomerView>

export const ConversationView = z.object({ row: ConversationRow, customer: CustomerView, lanes: z.array(LaneView), revision: z.number().int() })
export type ConversationView = z.infer<typeof ConversationView>

/** What the touch gate says before something is sent. */
export const GateView = z.object({
  verdict: z.enum(['open', 'ask', 'closed']),
  /** Worded by the interface. `closed` only for what no reason can override (window closed, opted out, blocked). */
  reasons: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) })),
  windowClosesAt: z.string().nullable(),
  touchesThisMonth: z.number().int(),
})
export type GateView = z.infer<typeof GateView>

export const SendBody = z.object({
  /** Made by the client, unique per message: sending twice with the same id sends once. */
  clientId: z.string().min(8).max(64).regex(/^[\w-]+$/),
  laneId: z.string().max(64),
  content: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text: Prose(4096) }),
    z.object({ kind: z.literal('media'), mediaId: z.string().max(64), caption: Unfinished(1024).optional() }),
    z.object({ kind: z.literal('pieces'), pieceIds: z.array(z.string().max(64)).min(1).max(10), text: Unfinished(1024).optional() }),
    z.object({ kind: z.literal('template'), name: z.string().max(512), language: z.string().max(20), params: z.array(Unfinished(1024)).max(20) }),
    z.object({ kind: z.literal('reaction'), emoji: z.string().max(16).nullable(), messageId: z.string().max(64) }),
  ]),
  replyTo: z.string().max(64).optional(),
  /** Send at this time instead of now. */
  sendAt: z.iso.datetime({ offset: true }).optional(),
  /** Why the gate's question was answered with yes; kept with the message. */
  override: z.object({ reason: Prose(300).min(3) }).optional(),
})
export type SendBody = z.infer<typeof SendBody>

export const ConversationPatch = z.object({
  ownerId: z.string().max(64).nullable().optional(),
  snoozedUntil: z.iso.datetime({ offset: true }).nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
})
export type ConversationPatch = z.infer<typeof ConversationPatch>

export const BulkPatch = z.object({
  ids: z.array(z.string().max(64)).min(1).max(200),
  patch: ConversationPatch.extend({ addTags: z.array(Line(40)).max(10).optional(), removeTags: z.array(z.string().max(40)).max(10).optional() }),
})

export const CustomerPatch = z.object({
  name: Line(200).optional(),
  city: z.string().overwrite(plainLine).max(100).nullable().optional(),
  tags: z.array(Line(40)).max(30).optional(),
})

export const NoteBody = z.object({ clientId: z.string().min(8).max(64).regex(/^[\w-]+$/), text: Prose(4000) })
/** `text` empty takes the draft away. */
export const DraftBody = z.object({ text: Unfinished(4096), laneId: z.string().max(64).nullable() })
export const DraftView = z.object({ text: z.string(), laneId: z.string().nullable(), updatedAt: z.string().nullable() })
export type DraftView = z.infer<typeof DraftView>

/** `GET /api/v1/changes?since=R`: what changed after revision R that the reader may see, oldest first, for a client that was away. */
export const ChangesView = z.object({
  rows: z.array(ConversationRow),
  /** Conversations that the reader can no longer see. */
  gone: z.array(z.string()),
  /** Those of them that were joined to another conversation, and to which. */
  moved: z.array(z.object({ id: z.string(), to: z.string() })).optional(),
  revision: z.number().int(),
  /** More than one answer can hold: load everything anew. */
  tooMany: z.boolean(),
})
export type ChangesView = z.infer<typeof ChangesView>

export const SearchHit = z.object({ conversationId: z.string(), customerId: z.string(), name: z.string(), initials: z.string(), why: z.string(), storeId: z.string().nullable(), mark: ReadinessMark })
export type SearchHit = z.infer<typeof SearchHit>

/** A stored webhook that could not be understood, for an administrator. */
export const DeliveryView = z.object({ id: z.string(), adapter: z.string(), receivedAt: z.string(), state: z.enum(['stored', 'done', 'failed']), attempts: z.number().int(), error: z.string().nullable(), bytes: z.number().int() })
export type DeliveryView = z.infer<typeof DeliveryView>
