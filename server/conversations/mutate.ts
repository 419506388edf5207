import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { LoupeError } from '../platform/errors.ts'
import { boxesOf } from './boxes.ts'

/** What may be changed of a conversation; the rest follows from it or never changes. */
export type ConversationFields = Partial<Omit<Conversation, '_id' | 'customerId' | 'boxes' | 'revision'>>

/**
 * What is to become of a conversation as it stands now: the fields that change, or null for none. It may be asked again when somebody else was faster,
 * so it changes nothing itself. What it throws ends the attempt.
 */
export type ConversationChange = (conversation: Conversation, now: number) => ConversationFields | null | Promise<ConversationFields | null>

const attempts = 8

/** Changes that are kept for good, with the name they have in the audit. */
const audited = { ownerId: 'conversation.owner', state: 'conversation.state', snoozedUntil: 'conversation.snooze', tags: 'conversation.tags' } as const

/**
 * The one guarded write for what people change of a conversation: applies `change` to it as it stands, keeps its boxes true, stamps a revision, tells the
 * bus and keeps owner, state, snooze and tags in the audit. A write that came between makes it read and ask again, so nothing is lost. When nothing changes,
 * nothing is written.
 * @param ctx the application
 * @param id of the conversation
 * @param change what is to become of it
 * @param actorId who changes it; null for the system itself
 * @returns the conversation as it is afterwards
 * @throws LoupeError `not_found`; `conflict` when others kept changing it
 */
export async function mutateConversation(ctx: Context, id: string, change: ConversationChange, actorId: string | null = null): Promise<Conversation> {
  const { conversations } = ctx.models
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await conversations.findById(id).lean<Conversation>()
    if (!before) throw new LoupeError('not_found', 'There is no such conversation, or it is not yours to see.')
    const now = ctx.now()
    const fields = differing(before, await change(before, now))
    const boxes = boxesOf({ ...before, ...fields }, now)
    if (Object.keys(fields).length === 0 && same(boxes, before.boxes)) return before
    const revision = await ctx.revisions.reserve(1)
    const after = await conversations
      .findOneAndUpdate({ _id: id, revision: before.revision }, { $set: { ...fields, boxes, revision } }, { returnDocument: 'after' })
      .lean<Conversation>()
    if (!after) continue
    ctx.bus.emit('conversation.changed', { conversation: after, before })
    await keep(ctx, before, fields, actorId)
    return after
  }
  throw new LoupeError('conflict', 'Others are changing this conversation right now. Try again in a moment.')
}

function differing(before: Conversation, fields: ConversationFields | null): ConversationFields {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([key, value]) => value !== undefined && !same(value, before[key as keyof Conversation])))
}

/** Dates, lists and plain values by what they hold; an absent value and null are one. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}

async function keep(ctx: Context, before: Conversation, fields: ConversationFields, actorId: string | null): Promise<void> {
  const at = new Date(ctx.now())
  const records = Object.entries(audited).filter(([key]) => key in fields).map(([key, action]) => ({
    _id: ctx.newId(),
    at,
    actorId,
    action,
    subjectKind: 'conversation',
    subjectId: before._id,
    details: { from: before[key as keyof typeof audited] ?? null, to: fields[key as keyof typeof audited] ?? null },
  }))
  if (records.length > 0) await ctx.models.audit.insertMany(records)
}
