import type { ChannelHealth } from '#webhooks'
import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { channelById } from '#webhooks'
import { channelContext } from '../platform/channels.ts'
import { SealError } from '../platform/encryption.ts'
import { markDead } from './state.ts'

const minute = 60_000
const hour = 60 * minute

/** Pauses between checks of a channel that does not work, the last of them again and again, and of one that does. Milliseconds. */
const pauses = [minute, 2 * minute, 5 * minute, 15 * minute, 30 * minute, hour]
const wellPauseMs = 12 * hour
/** A check cannot see all that makes a provider refuse messages. What it does not see counts as over after this, until a message shows otherwise. */
const believedMs = 24 * hour

/**
 * Why a channel is checked: its turn has come, it is the first time since the start, or somebody asks. Who starts Loupe anew or asks has mended something, and is
 * believed to have.
 */
export type CheckCause = 'turn' | 'start' | 'asked'

type Check = NonNullable<Channel['check']>

/** What a check found, as it is kept. */
export function resultOf(health: ChannelHealth): Check['result'] {
  if (health.ok) return 'ok'
  return health.code === 'not_configured' ? 'unset' : health.dead ? 'refused' : 'unknown'
}

/** When to check next, after `failed` checks in a row that found the channel not working. */
export function nextCheck(failed: number, now: number): Date {
  return new Date(now + (failed === 0 ? wellPauseMs : pauses[Math.min(failed, pauses.length) - 1]!))
}

/** Whether a check that ended well makes a dead channel live again: where the check can have seen what was wrong. */
export function revives({ check, toldAt }: Pick<Channel, 'check' | 'toldAt'>, cause: CheckCause, now: number): boolean {
  if (cause !== 'turn' || !toldAt || now - toldAt.getTime() > believedMs) return true
  return (check?.result === 'refused' || check?.result === 'unset') && check.at >= toldAt
}

async function healthOf(ctx: Context, channel: Channel, signal: AbortSignal | undefined): Promise<ChannelHealth> {
  const adapter = channelById(channel.adapter)
  if (!adapter) return { ok: false, dead: true, code: 'not_configured' }
  try {
    return await adapter.check(channelContext(ctx, channel, signal))
  }
  catch (error) {
    if (!(error instanceof SealError)) throw error
    // Its settings were sealed with another secret: they have to be given again.
    return { ok: false, dead: true, code: 'sealed' }
  }
}

/** A dead channel lives again, unless its provider has refused something after `began`. */
async function revive({ models }: Context, { _id }: Channel, began: Date): Promise<boolean> {
  const { modifiedCount } = await models.channels.updateOne(
    { _id, state: 'dead', $or: [{ toldAt: null }, { toldAt: { $lte: began } }] },
    { $set: { state: 'live', stateReason: null, knownGoodAt: began } },
  )
  return modifiedCount > 0
}

/**
 * Asks a channel's provider whether our account works, keeps the answer with the channel, and draws the channel's state from it. What a provider has told since the
 * check began counts for more. A provider that cannot be reached says nothing of our account.
 * @returns the channel as it is afterwards; null when it is no longer there
 */
export async function checkChannel(ctx: Context, channel: Channel, cause: CheckCause, signal?: AbortSignal): Promise<Channel | null> {
  const { channels } = ctx.models
  const began = new Date(ctx.now())
  const health = await healthOf(ctx, channel, signal)
  if (signal?.aborted) return channel
  const now = ctx.now()
  const result = resultOf(health)
  const works = health.ok && (channel.state === 'live' || (revives(channel, cause, now) && await revive(ctx, channel, began)))
  const failed = works ? 0 : (channel.check?.failed ?? 0) + 1
  const check: Check = { at: new Date(now), result, code: health.code?.slice(0, 60) ?? null, failed }
  if (health.dead && channel.state === 'live') await markDead(ctx, { channelId: channel._id, code: check.code ?? 'refused', at: began }, 0)
  const after = await channels.findOneAndUpdate({ _id: channel._id }, { $set: { check, checkAt: nextCheck(failed, now) } }, { returnDocument: 'after' }).lean<Channel>()
  ctx.log[health.ok ? 'debug' : 'warn']({ channelId: channel._id, adapter: channel.adapter, result, code: check.code, state: after?.state, failed }, 'a channel was checked')
  if (after && after.state !== channel.state) ctx.bus.emit('channel.changed', { channelId: channel._id })
  return after
}
