import type { Channel, OutboxItem } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { channelById } from '#webhooks'
import { holdLease } from '../platform/lease.ts'
import { dispatch, settleInterrupted } from './dispatch.ts'
import { heldUntil } from './order.ts'
import { createPacing } from './pacing.ts'

/** How long a try may take before its item counts as uncertain; longer than any provider call is allowed to. */
const leaseMs = 90_000
/** Longest sleep between looks; new work wakes the sender at once. */
const idleMs = 5_000
/** Sends under way at once. */
const mostAtOnce = 8
/** Messages to one person that may leave at once; the provider's pause applies after that (Meta tolerates bursts of about 45). */
const pairBurst = 10

export interface Sender {
  start: () => void
  /** Takes nothing new, waits for what is under way. */
  stop: () => Promise<void>
}

/**
 * Sends what is due, one message of a conversation at a time and those of a lane in order, several conversations side by side, at each channel's pace. One process at a
 * time does it, by lease.
 */
export function createSender(ctx: Context): Sender {
  const { models, bus, log } = ctx
  const pacing = createPacing()
  const busy = new Set<string>()
  const underway = new Set<Promise<void>>()
  const abort = new AbortController()
  const lease = holdLease(ctx, 'sender')
  let timer: NodeJS.Timeout | undefined
  let wakeAt = 0
  let looking = false
  let again = false
  let stopped = true

  /** Looks at `at` at the latest; a look that is to come sooner stays. */
  function wake(at: number): void {
    if (stopped || (timer && wakeAt <= at)) return
    clearTimeout(timer)
    wakeAt = at
    timer = setTimeout(() => {
      timer = undefined
      void look()
    }, Math.max(0, Math.min(idleMs, at - ctx.now())))
  }

  async function settleExpired(): Promise<void> {
    const now = ctx.now()
    // A lease that reaches further ahead than any may was taken before the clock was put back.
    const over = [{ 'lease.until': { $lt: new Date(now) } }, { 'lease.until': { $gt: new Date(now + 2 * leaseMs) } }]
    const expired = await models.outbox.find({ state: 'sending', $or: over }).limit(100).lean()
    for (const item of expired) await settleInterrupted(ctx, item)
  }

  async function claim(): Promise<OutboxItem | null> {
    const now = ctx.now()
    return models.outbox.findOneAndUpdate(
      { state: 'waiting', dueAt: { $lte: new Date(now) }, conversationId: { $nin: [...busy] } },
      { $set: { state: 'sending', lease: { holder: lease.holder, until: new Date(now + leaseMs) } }, $inc: { attempts: 1 } },
      { sort: { dueAt: 1, turnAt: 1 }, returnDocument: 'after', lean: true },
    )
  }

  /** Milliseconds until the channel's and the pair's limits allow this; 0: now. */
  function pause(item: OutboxItem, channel: Channel): number {
    const capabilities = channelById(channel.adapter)?.definition.networks[channel.channel]
    if (!capabilities) return 0
    return pacing.take([
      { key: `channel:${channel._id}`, rate: { burst: capabilities.perSecond, intervalMs: 1_000 / capabilities.perSecond } },
      { key: `pair:${item.laneId}`, rate: { burst: pairBurst, intervalMs: Math.max(1, capabilities.pairIntervalMs) } },
    ], ctx.now())
  }

  /** Gives a claimed item back untried. */
  async function postpone(item: OutboxItem, dueAt: Date): Promise<void> {
    await models.outbox.updateOne({ _id: item._id, state: 'sending' }, { $set: { state: 'waiting', dueAt, lease: null }, $inc: { attempts: -1 } })
  }

  async function handle(item: OutboxItem): Promise<void> {
    const held = await heldUntil(ctx, item)
    if (held) return postpone(item, held)
    const channel = await models.channels.findById(item.channelId).lean()
    const wait = channel ? pause(item, channel) : 0
    if (wait > 0) return postpone(item, new Date(ctx.now() + wait))
    const tried = await dispatch(ctx, item, channel, abort.signal)
    if (tried.holdChannelMs) pacing.hold(`channel:${item.channelId}`, ctx.now() + tried.holdChannelMs)
  }

  function begin(item: OutboxItem): void {
    busy.add(item.conversationId)
    const work = handle(item)
      .catch(error => log.error({ err: error, outboxId: item._id }, 'sending failed unexpectedly'))
      .finally(() => {
        busy.delete(item.conversationId)
        underway.delete(work)
        void look()
      })
    underway.add(work)
  }

  async function look(): Promise<void> {
    if (stopped) return
    if (looking) { again = true; return }
    looking = true
    let next = ctx.now() + idleMs
    try {
      if (await lease.held()) {
        await settleExpired()
        for (let free = mostAtOnce - busy.size; free > 0; free--) {
          const item = await claim()
          if (!item) break
          begin(item)
        }
        const soonest = await models.outbox.findOne({ state: 'waiting', conversationId: { $nin: [...busy] } }, { dueAt: 1 }).sort({ dueAt: 1 }).lean()
        if (soonest && busy.size < mostAtOnce) next = Math.min(next, soonest.dueAt.getTime())
      }
    }
    catch (error) {
      log.error({ err: error }, 'the sender could not look for work')
    }
    finally {
      looking = false
      wake(again ? ctx.now() : next)
      again = false
    }
  }

  const offs = [
    bus.on('outbox.due', ({ at }) => wake(at.getTime())),
    bus.on('channel.slowed', ({ channelId, until }) => pacing.hold(`channel:${channelId}`, until.getTime())),
  ]
  return {
    start() {
      stopped = false
      void look()
    },
    async stop() {
      stopped = true
      for (const off of offs) off()
      clearTimeout(timer)
      await Promise.race([Promise.all(underway), new Promise(resolve => setTimeout(resolve, 10_000).unref())])
      abort.abort()
      await Promise.all(underway)
      await lease.release()
    },
  }
}
