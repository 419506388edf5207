import type { Channel as Adapter } from '#webhooks'
import type { Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from './outcome.ts'
import type { Report } from './reports.ts'
import { channelById, SendError } from '#webhooks'
import { drawConsequences, failureAfter } from './consequences.ts'
import { mostTelling, outcomeOf } from './outcome.ts'
import { replaceable } from './reports.ts'

type Failed = Extract<Outcome, { next: 'fail' }>

/** What a refusal with this code would come to after the last try: what a provider has taken once never leaves again by itself. */
function outcomeLater(code: number | undefined, adapter: Adapter | undefined): Failed {
  const unknown: Failed = { next: 'fail', code: 'undeliverable', canRetry: true }
  if (code === undefined || !adapter) return unknown
  const error = new SendError({ class: adapter.errorClass(code), code: String(code), message: 'The provider reported it as failed.', retryAfterMs: adapter.errorPauseMs?.(code) })
  const outcome = outcomeOf(error, Number.POSITIVE_INFINITY, 0)
  return outcome.next === 'fail' ? outcome : unknown
}

/**
 * Why providers gave up on messages that they had taken, by our id of the message, of those that a failure still changes. What follows from it is done here, before
 * the message is shown as failed: an end in between leaves the status to be told again.
 */
export async function failuresFrom(ctx: Context, failed: readonly { id: string, report: Report }[]): Promise<Map<string, NonNullable<Message['failure']>>> {
  const failures = new Map<string, NonNullable<Message['failure']>>()
  if (failed.length === 0) return failures
  const [messages, channels] = await Promise.all([
    ctx.models.messages.find({ _id: { $in: failed.map(({ id }) => id) }, status: { $in: [...replaceable('failed'), null] } }, { conversationId: 1, customerId: 1, channelId: 1, laneId: 1 }).lean(),
    ctx.models.channels.find({ _id: { $in: failed.map(({ report }) => report.channelId) } }, { adapter: 1 }).lean(),
  ])
  for (const { id, report: { at, channelId, errorCodes } } of failed) {
    const message = messages.find(one => one._id === id)
    if (!message) continue
    const adapter = channelById(channels.find(channel => channel._id === channelId)?.adapter ?? '')
    const code = adapter ? mostTelling(errorCodes, adapter.errorClass) : errorCodes[0]
    const outcome = outcomeLater(code, adapter)
    ctx.log.warn({ messageId: id, adapter: adapter?.definition.id, code, as: outcome.code }, 'the provider gave up on a message')
    await drawConsequences(ctx, outcome, { ...message, code: String(code), at })
    failures.set(id, failureAfter(outcome, at))
  }
  return failures
}
