import type { EarlyStatus, Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Report } from './reports.ts'
import { createHash } from 'node:crypto'
import { failuresFrom } from './failed-later.ts'
import { highest, isStatus, replaceable } from './reports.ts'

/** One guarded update: it changes nothing when the message already stands at this status or above. */
function updateFor(id: string, { status }: Report, revision: number, failure: Message['failure']) {
  return { updateOne: { filter: { _id: id, status: { $in: [...replaceable(status), null] } }, update: { $set: { status, failure, revision } } } }
}

/** Writes the highest report of every message. `ids`: our id of the message by `messageKey`; reports of others are left out. */
export async function writeTicks(ctx: Context, reports: Report[], ids: ReadonlyMap<string, string>): Promise<void> {
  const groups = new Map<string, Report[]>()
  for (const report of reports) {
    if (ids.has(report.messageKey)) groups.set(report.messageKey, [...groups.get(report.messageKey) ?? [], report])
  }
  if (groups.size === 0) return
  const best = [...groups].flatMap(([key, group]) => {
    const report = highest(group)
    const id = ids.get(key)
    return report && id ? [{ id, report }] : []
  })
  const failures = await failuresFrom(ctx, best.filter(({ report }) => report.status === 'failed'))
  const news = best.filter(({ id, report }) => report.status !== 'failed' || failures.has(id))
  if (news.length === 0) return
  const first = await ctx.revisions.reserve(news.length)
  const changes = news.map(({ id, report }, i) => ({ id, revision: first + i, write: updateFor(id, report, first + i, failures.get(id) ?? null) }))
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
    const early: EarlyStatus = { _id, providerId: report.providerId, channelId: report.channelId, status: report.status, errorCodes: report.errorCodes, saidAt: report.at, at: new Date(ctx.now()) }
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
    ? [{ messageKey, status: one.status, providerId, channelId, at: one.saidAt ?? one.at, errorCodes: one.errorCodes, reference: null }]
    : [])
  await writeTicks(ctx, reports, new Map([[messageKey, message._id]]))
  await ctx.models.earlyStatuses.deleteMany({ providerId, channelId })
}
