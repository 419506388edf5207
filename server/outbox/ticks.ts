import type { InboundEvent, MessageStatus } from '#contracts'
import type { EarlyStatus, Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { createHash } from 'node:crypto'
import { messageStatuses, statusRank } from '#contracts'
import { channelById, SendError } from '#webhooks'
import { outcomeOf } from './outcome.ts'

/** What a provider says of one of our messages. `messageKey` is `CHANNEL|PROVIDER_ID`. */
export interface Report { messageKey: string, status: MessageStatus, providerId: string, channelId: string, errorCodes: number[], reference: string | null }

const reportable: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'failed'])

function isStatus(word: string | undefined): word is MessageStatus {
  return word !== undefined && reportable.has(word)
}

/** A status event of `channelId` as a report; none for a word that says nothing of a message's way. */
export function reportOf(channelId: string, event: InboundEvent): Report[] {
  if (!isStatus(event.status)) return []
  return [{ messageKey: `${channelId}|${event.id}`, status: event.status, providerId: event.id, channelId, errorCodes: event.errorCodes ?? [], reference: event.reference ?? null }]
}

/** Statuses that `status` may replace: those of a lower rank. A tick never goes back. */
export function replaceable(status: MessageStatus): MessageStatus[] {
  return messageStatuses.filter(other => statusRank[other] < statusRank[status])
}

/** The highest of several statuses of one message. */
export function highest<T extends { status: MessageStatus }>(reports: T[]): T | undefined {
  return reports.reduce<T | undefined>((best, report) => !best || statusRank[report.status] > statusRank[best.status] ? report : best, undefined)
}

/** Why the provider gave up on a message that it had taken. */
function failureOf([code]: number[], adapterId: string | undefined): Message['failure'] {
  const adapter = adapterId === undefined ? undefined : channelById(adapterId)
  if (code === undefined || !adapter) return { code: 'undeliverable', canRetry: true }
  const error = new SendError({ class: adapter.errorClass(code), code: String(code), message: 'The provider reported it as failed.' })
  const outcome = outcomeOf(error, Number.POSITIVE_INFINITY, 0)
  return outcome.next === 'fail' ? { code: outcome.code, canRetry: outcome.canRetry } : { code: 'undeliverable', canRetry: true }
}

/** One guarded update: it changes nothing when the message already stands at this status or above. */
function updateFor(id: string, report: Report, revision: number, adapterId: string | undefined) {
  return {
    updateOne: {
      filter: { _id: id, status: { $in: [...replaceable(report.status), null] } },
      update: { $set: { status: report.status, failure: report.status === 'failed' ? failureOf(report.errorCodes, adapterId) : null, revision } },
    },
  }
}

async function adaptersOf(ctx: Context, reports: Report[]): Promise<Map<string, string>> {
  const failed = new Set(reports.filter(report => report.status === 'failed').map(report => report.channelId))
  if (failed.size === 0) return new Map()
  const channels = await ctx.models.channels.find({ _id: { $in: [...failed] } }, { adapter: 1 }).lean()
  return new Map(channels.map(channel => [channel._id, channel.adapter]))
}

/** Writes the highest report of every message. `ids`: our id of the message by `messageKey`; reports of others are left out. */
export async function writeTicks(ctx: Context, reports: Report[], ids: ReadonlyMap<string, string>): Promise<void> {
  const groups = new Map<string, Report[]>()
  for (const report of reports) {
    if (ids.has(report.messageKey)) groups.set(report.messageKey, [...groups.get(report.messageKey) ?? [], report])
  }
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

/** Keeps, for a day, what is said of messages that nobody knows yet. */
export async function keepEarly(ctx: Context, reports: Report[]): Promise<void> {
  if (reports.length === 0) return
  await ctx.models.earlyStatuses.bulkWrite(reports.map((report) => {
    const _id = createHash('sha256').update(`${report.messageKey}|${report.status}`).digest('hex').slice(0, 24)
    const early: EarlyStatus = { _id, providerId: report.providerId, channelId: report.channelId, status: report.status, errorCodes: report.errorCodes, at: new Date(ctx.now()) }
    return { updateOne: { filter: { _id }, update: { $setOnInsert: early }, upsert: true } }
  }), { ordered: false })
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
  await writeTicks(ctx, reports, new Map([[messageKey, message._id]]))
  await ctx.models.earlyStatuses.deleteMany({ providerId, channelId })
}
