import type { GateView } from '#contracts'
import type { Conversation, Lane } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { tz } from '@date-fns/tz'
import { getHours } from 'date-fns/getHours'
import { channelById } from '#webhooks'
import { gate } from './rules.ts'

const touchTypes = ['touch_advisor', 'touch_bot', 'touch_followup', 'touch_campaign'] as const
const month = 30 * 86_400_000
/** A complaint counts as open until an outcome or this long. */
const complaintOpenMs = 14 * 86_400_000
/** More contacts than this in a month read the same. */
const mostTouches = 50

/** Hour of the day at `now` in an IANA zone; UTC's when the zone is not one. */
export function localHour(now: number, timeZone: string): number {
  const hour = getHours(now, { in: tz(timeZone) })
  return Number.isNaN(hour) ? new Date(now).getUTCHours() : hour
}

/** What the touch gate says about writing to this conversation through `lane`, now, by `advisorId`. */
export async function gateFor(ctx: Context, conversation: Conversation, lane: Lane, advisorId: string | null): Promise<GateView> {
  const now = ctx.now()
  const { models } = ctx
  const [customer, channel, store, touches, complaint] = await Promise.all([
    models.customers.findById(conversation.customerId, { optedOutAt: 1, timeZone: 1 }).lean(),
    models.channels.findById(lane.channelId, { adapter: 1, state: 1 }).lean(),
    lane.storeId ? models.stores.findById(lane.storeId, { timeZone: 1 }).lean() : null,
    models.signals.find({ customerId: conversation.customerId, type: { $in: [...touchTypes] }, at: { $gt: new Date(now - month) } })
      .sort({ at: -1 })
      .limit(mostTouches)
      .lean(),
    models.signals.findOne({ customerId: conversation.customerId, type: 'complaint', at: { $gt: new Date(now - complaintOpenMs) } }, { _id: 1 }).lean(),
  ])
  const writers = await models.advisors.find({ _id: { $in: touches.flatMap(touch => touch.meta?.source ?? []) } }, { name: 1 }).lean()
  const names = new Map(writers.map(writer => [writer._id, writer.name]))
  const adapter = channel ? channelById(channel.adapter) : undefined
  const stores = await models.stores.find({ _id: { $in: touches.flatMap(touch => touch.meta?.storeId ?? []) } }, { name: 1 }).lean()
  const storeNames = new Map(stores.map(found => [found._id, found.name]))
  return gate({
    now,
    windowClosesAt: lane.windowClosesAt?.getTime() ?? null,
    hasWindow: adapter?.definition.networks[lane.channel]?.windowHours != null,
    laneBlocked: lane.blocked,
    channelDead: channel?.state === 'dead',
    optedOut: customer?.optedOutAt != null,
    lastInboundAt: conversation.lastInboundAt?.getTime() ?? null,
    waiting: conversation.waitingSince != null,
    complaintOpen: complaint !== null,
    localHour: localHour(now, customer?.timeZone ?? store?.timeZone ?? 'UTC'),
    touches: touches.map(touch => ({
      at: touch.at.getTime(),
      byId: touch.meta?.source ?? null,
      byName: names.get(touch.meta?.source ?? '') ?? null,
      storeName: storeNames.get(touch.meta?.storeId ?? '') ?? null,
    })),
    advisorId,
  })
}
