import { z } from 'zod'
import { EventKind, Order, Place, Referral, SharedContact } from './events.ts'
import { PieceView } from './house-view.ts'
import { MessageStatus } from './outbound.ts'
import { SignalMeta, SignalType } from './signals.ts'

/** A file in a message. Its bytes are at `/api/v1/media/:id`. */
export const Attachment = z.object({
  id: z.string().nullable(),
  kind: z.enum(['image', 'video', 'audio', 'voice', 'document', 'sticker']),
  mime: z.string(),
  filename: z.string().optional(),
  bytes: z.number().int().optional(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  seconds: z.number().optional(),
  /** Loudness over time, 0…1, at most 64 values, for drawing a voice note. */
  waveform: z.array(z.number()).max(64).optional(),
  /** `pending` while it is being fetched, `missing` when the provider no longer has it. */
  state: z.enum(['pending', 'ready', 'missing']),
})
export type Attachment = z.infer<typeof Attachment>

/** What every entry of a thread has. `revision`: of its last change, house-wide and growing. */
const Entry = z.object({ id: z.string(), at: z.string(), revision: z.number().int() })

export const MessageEntry = Entry.extend({
  type: z.literal('message'),
  direction: z.enum(['in', 'out']),
  /** Who wrote it on our side. */
  author: z.object({ kind: z.enum(['customer', 'advisor', 'bot', 'followup', 'campaign', 'phone_app']), id: z.string().nullable(), name: z.string().nullable() }),
  laneId: z.string(),
  kind: EventKind,
  text: z.string().nullable(),
  attachments: z.array(Attachment),
  location: Place.optional(),
  contacts: z.array(SharedContact).optional(),
  order: Order.extend({ total: z.number().optional(), currency: z.string().optional() }).optional(),
  pieces: z.array(PieceView),
  referral: Referral.optional(),
  story: z.object({ id: z.string().optional(), url: z.string().optional() }).optional(),
  replyTo: z.object({ id: z.string().nullable(), preview: z.string(), mine: z.boolean() }).nullable(),
  reactions: z.array(z.object({ emoji: z.string(), mine: z.boolean() })),
  forwarded: z.boolean(),
  editedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
  /** Null on what the customer wrote. */
  status: MessageStatus.nullable(),
  /** Why it failed, as a code the interface words, and whether sending again can help: not before `retryAt`, where there is one. */
  failure: z.object({ code: z.string(), canRetry: z.boolean(), retryAt: z.string().optional() }).nullable(),
  /** While it can still be taken back: until when. */
  undoUntil: z.string().nullable(),
  /** Echo of the `clientId` it was sent with. */
  clientId: z.string().nullable(),
})
export type MessageEntry = z.infer<typeof MessageEntry>

/** Behaviour between the messages, in a quieter voice. Worded by the interface from `signal` and `meta`. */
export const SignalEntry = Entry.extend({
  type: z.literal('signal'),
  signal: SignalType,
  meta: SignalMeta,
})
export type SignalEntry = z.infer<typeof SignalEntry>

/** A signal behind a reason. `entryId`: what stands for it in the thread, itself or the message that says it; null where nothing does. */
export const ReasonEvent = SignalEntry.extend({ entryId: z.string().nullable() })
export type ReasonEvent = z.infer<typeof ReasonEvent>

/** What is behind one reason, newest first, and whether there is more of it. */
export const ReasonEvents = z.object({ events: z.array(ReasonEvent).max(8), more: z.boolean() })
export type ReasonEvents = z.infer<typeof ReasonEvents>

export const NoteEntry = Entry.extend({
  type: z.literal('note'),
  authorId: z.string(),
  authorName: z.string(),
  text: z.string(),
})
export type NoteEntry = z.infer<typeof NoteEntry>

export const ThreadEntry = z.discriminatedUnion('type', [MessageEntry, SignalEntry, NoteEntry])
export type ThreadEntry = z.infer<typeof ThreadEntry>

/** Entries oldest first; `nextCursor` leads to older ones. */
export const ThreadPage = z.object({
  items: z.array(ThreadEntry),
  nextCursor: z.string().nullable(),
  revision: z.number().int(),
  /** Of an answer to "what changed after": entries left this thread since then. Load it anew. */
  reset: z.boolean().optional(),
})
export type ThreadPage = z.infer<typeof ThreadPage>
