import type { InboundEvent, MessageStatus } from '#contracts'
import type { EarlyStatus, Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { createHash } from 'node:crypto'
import { messageStatuses, statusRank } from '#contracts'
import { channelById, SendError } from '#webhooks'
import { outcomeOf } from './outcome.ts'

/** A status of one of our messages, as intake hands it over. `channelId` is our own id of the number or account. */
export interface StatusReport {
  channelId: string
  event: InboundEvent
}

const reportable: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'failed'])

function isStatus(word: string | undefined): word is MessageStatus {
  return word !== undefined && reportable.has(word)
}

/** Statuses that `status` may replace: those of a lower rank. A tick never goes back. */
export function replaceable(status: MessageStatus): MessageStatus[] {
  return messageStatuses.filter(other => statusRank[other] < statusRank[status])
}

/** The highest of several statuses of one message. */
export function highest<T extends { status: MessageStatus }>(reports: T[]): T | undefined {
  return reports.reduce<T | undefined>((best, report) => !best || statusRank[report.status] > statusRank[best.status] ? report : best, undefined)
}

interface Known { messageKey: string, status: MessageStatus, providerId: string, channelId: string, errorCodes: number[], reference: string | null }

/** Why the provider gave up on a message that it had taken. */
function failureOf([code]: number[], adapterId: string | undefined): Message['failure'] {
  const adapter = adapterId === undefined ? undefined : channelById(adapterId)
  if (code === undefined || !adapter) return { code: 'undeliverable', canRetry: true }
  const error = new SendError({ class: adapter.errorClass(code), code: String(code), message: 'The provider reported it as failed.' })
  const outcome = outcomeOf(error, Number.POSITIVE_INFINITY, 0)
  return outcome.next === 'fail' ? { code: outcome.code, canRetry: outcome.canRetry } : { code: 'undeliverable', canRetry: true }
}

/** One guarded update: it changes nothing when the message already stands at this status or above. */
function updateFor(id: string, report: Known, revision: number, adapterId: string | undefined) {
  return {
    updateOne: {
      filter: { _id: id, status: { $in: [...replaceable(report.status), null] } },
      update: { $set: { status: report.status, failure: report.status === 'failed' ? failureOf(report.errorCodes, adapterId) : null, revision } },
    },
  }
}

async function adaptersOf(ctx: Context, reports: Known[]): Promise<Map<string, string>> {
  const failed = new Set(reports.filter(report => report.status === 'failed').map(report => report.channelId))
  if (failed.size === 0) return new Map()
  const channels = await ctx.models.channels.find({ _id: { $in: [...failed] } }, { adapter: 1 }).lean()
  return new Map(channels.map(channel => [channel._id, channel.adapter]))
}

/** An outbox item that we had to leave uncertain turns out to have been sent: the provider speaks of it by our own reference. */
async function adopt(ctx: Context, reports: Known[]): Promise<Map<string, string>> {
  const adopted = new Map<string, string>()
  for (const report of reports) {
    if (!report.reference) continue
    const item = await ctx.models.outbox.findOneAndUpdate(
      { _id: report.reference, channelId: report.channelId, state: { $in: ['sending', 'uncertain'] } },
      { $set: { state: 'sent', providerId: report.providerId, lease: null } },
      { lean: true },
    )
    if (!item) continue
    await ctx.models.messages.updateOne({ _id: item._id }, { $set: { providerId: report.providerId, status: 'accepted', failure: null } })
    adopted.set(report.messageKey, item._id)
  }
  return adopted
}

/**
 * Applies statuses to our messages. Order does not matter and repeating changes nothing. One that names a message whose provider id we have not recorded
 * yet is kept for a day and applied when we have.
 */
export async function applyStatuses(ctx: Context, reports: StatusReport[]): Promise<void> {
  const known: Known[] = reports.flatMap(({ channelId, event }) => isStatus(event.status)
    ? [{ messageKey: `${channelId}|${event.id}`, status: event.status, providerId: event.id, channelId, errorCodes: event.errorCodes ?? [], reference: event.reference ?? null }]
    : [])
  if (known.length === 0) return
  const messages = await ctx.models.messages.find({ providerId: { $in: [...new Set(known.map(report => report.providerId))] } }, { providerId: 1, channelId: 1 }).lean()
  const ids = new Map(messages.map(message => [`${message.channelId}|${message.providerId}`, message._id]))
  const orphans = known.filter(report => !ids.has(report.messageKey))
  for (const [key, id] of await adopt(ctx, orphans)) ids.set(key, id)
  await keepEarly(ctx, orphans.filter(report => !ids.has(report.messageKey)))
  await recheckEarly(ctx, orphans.filter(report => !ids.has(report.messageKey)))
  await write(ctx, known.filter(report => ids.has(report.messageKey)), ids)
}

async function write(ctx: Context, reports: Known[], ids: Map<string, string>): Promise<void> {
  const groups = new Map<string, Known[]>()
  for (const report of reports) groups.set(report.messageKey, [...groups.get(report.messageKey) ?? [], report])
  if (groups.size === 0) return
  const adapters = await adaptersOf(ctx, reports)
  const first = await ctx.revisions.reserve(groups.size)
  const changes = [...groups].flatMap(([key, group], i) => {
    const best = highest(group)
    const id = ids.get(key)
    return best && id ? [{ id, revision: first + i, write: updateFor(id, best, first + i, adapters.get(best.channelId)) }] : []
  })
  await ctx.models.messages.bulkWrite(changes.map(change => change.write), { ordered: false })
  const revisions = new Map(changes.map(change => [change.id, change.revision]))
  const changed = await ctx.models.messages.find({ _id: { $in: [...revisions.keys()] } }).lean()
  for (const message of changed) {
    if (message.revision === revisions.get(message._id)) ctx.bus.emit('message.changed', { message })
  }
}

async function keepEarly(ctx: Context, reports: Known[]): Promise<void> {
  if (reports.length === 0) return
  await ctx.models.earlyStatuses.bulkWrite(reports.map((report) => {
    const _id = createHash('sha256').update(`${report.messageKey}|${report.status}`).digest('hex').slice(0, 24)
    const early: EarlyStatus = { _id, providerId: report.providerId, channelId: report.channelId, status: report.status, errorCodes: report.errorCodes, at: new Date(ctx.now()) }
    return { updateOne: { filter: { _id }, update: { $setOnInsert: early }, upsert: true } }
  }), { ordered: false })
}

/** The provider id may have been recorded between our look and our keeping; then nobody else will come back for these. */
async function recheckEarly(ctx: Context, reports: Known[]): Promise<void> {
  if (reports.length === 0) return
  const messages = await ctx.models.messages.find({ providerId: { $in: reports.map(report => report.providerId) } }, { providerId: 1, channelId: 1 }).lean()
  for (const message of messages) {
    if (message.providerId) await applyEarlyStatuses(ctx, message.channelId, message.providerId)
  }
}

/** Applies what was said of a message before we had recorded its provider id. */
export async function applyEarlyStatuses(ctx: Context, channelId: string, providerId: string): Promise<void> {
  const early = await ctx.models.earlyStatuses.find({ providerId, channelId }).limit(20).lean()
  if (early.length === 0) return
  const message = await ctx.models.messages.findOne({ providerId, channelId }, { _id: 1 }).lean()
  if (!message) return
  const messageKey = `${channelId}|${providerId}`
  const reports = early.flatMap(one => isStatus(one.status)
    ? [{ messageKey, status: one.status, providerId, channelId, errorCodes: one.errorCodes, reference: null }]
    : [])
  await write(ctx, reports, new Map([[messageKey, message._id]]))
  await ctx.models.earlyStatuses.deleteMany({ providerId, channelId })
}
