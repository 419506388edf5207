import type { Context } from '../platform/context.ts'
import type { Report, StatusReport } from './reports.ts'
import { finishAccepted } from './accepted.ts'
import { reportOf } from './reports.ts'
import { applyEarlyStatuses, keepEarly, writeTicks } from './ticks.ts'

/** An outbox item that we had to leave uncertain turns out to have been sent: the provider speaks of it by our own reference. */
async function adopt(ctx: Context, reports: Report[]): Promise<Map<string, string>> {
  const adopted = new Map<string, string>()
  for (const report of reports) {
    if (!report.reference) continue
    const item = await ctx.models.outbox.findOneAndUpdate(
      { _id: report.reference, channelId: report.channelId, state: { $in: ['sending', 'uncertain'] } },
      { $set: { providerId: report.providerId } },
      { returnDocument: 'after', lean: true },
    )
    if (!item) continue
    await finishAccepted(ctx, item, report.providerId)
    adopted.set(report.messageKey, item._id)
  }
  return adopted
}

/**
 * Applies statuses to our messages. Order does not matter and repeating changes nothing. One that names a message whose provider id we have not recorded
 * yet is kept for a day and applied when we have.
 */
export async function applyStatuses(ctx: Context, reports: StatusReport[]): Promise<void> {
  const known = reports.flatMap(reportOf)
  if (known.length === 0) return
  const messages = await ctx.models.messages.find({ providerId: { $in: [...new Set(known.map(report => report.providerId))] } }, { providerId: 1, channelId: 1, clientId: 1 }).lean()
  const ids = new Map(messages.map(message => [`${message.channelId}|${message.providerId}`, message._id]))
  // A copy that the provider echoed may stand there under the id, where ours is still uncertain.
  const ours = new Set(messages.filter(message => message.clientId).map(message => `${message.channelId}|${message.providerId}`))
  for (const [key, id] of await adopt(ctx, known.filter(report => !ours.has(report.messageKey)))) ids.set(key, id)
  const orphans = known.filter(report => !ids.has(report.messageKey))
  await keepEarly(ctx, orphans)
  await recheckEarly(ctx, orphans)
  await writeTicks(ctx, known, ids)
}

/** The provider id may have been recorded between our look and our keeping; then nobody else will come back for these. */
async function recheckEarly(ctx: Context, reports: Report[]): Promise<void> {
  if (reports.length === 0) return
  const messages = await ctx.models.messages.find({ providerId: { $in: reports.map(report => report.providerId) } }, { providerId: 1, channelId: 1 }).lean()
  for (const message of messages) {
    if (message.providerId) await applyEarlyStatuses(ctx, message.channelId, message.providerId)
  }
}
