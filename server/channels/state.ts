import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'

/** How often a channel that works is written down as good, milliseconds. */
const goodEveryMs = 1_000
/**
 * A provider tells whole seconds by its own clock, and takes a message a little before it finds that it cannot deliver it: what it says of the last seconds
 * before a success may be newer than that.
 */
const clockDoubtMs = 5_000

/** What is so unless the channel is known to have worked since. */
const notGoodSince = (at: Date, doubtMs = clockDoubtMs) => ({ $or: [{ knownGoodAt: null }, { knownGoodAt: { $lt: new Date(at.getTime() + doubtMs) } }] })
/** What is so unless a provider has told something newer. */
const nothingToldSince = (at: Date) => ({ $or: [{ toldAt: null }, { toldAt: { $lte: at } }] })

/** A channel through which something has just left works, whatever was said of it before. */
export async function markGood(ctx: Context, { _id, state, knownGoodAt }: Pick<Channel, '_id' | 'state' | 'knownGoodAt'>): Promise<void> {
  const now = ctx.now()
  const revived = state === 'dead'
  if (!revived && knownGoodAt && Math.abs(now - knownGoodAt.getTime()) < goodEveryMs) return
  await ctx.models.channels.updateOne({ _id }, { $set: { knownGoodAt: new Date(now), ...(revived ? { state: 'live', stateReason: null } : {}) } })
  if (revived) ctx.bus.emit('channel.changed', { channelId: _id })
}

/**
 * A provider refused our account with `code` at `at`: nothing can leave through it, unless it has worked since. It is looked into at once. `doubtMs`: by how much
 * the provider's clock may differ from ours.
 */
export async function markDead(ctx: Context, { channelId, code, at }: { channelId: string, code: string, at: Date }, doubtMs?: number): Promise<void> {
  const { channels } = ctx.models
  const died = await channels.updateOne({ _id: channelId, state: 'live', ...notGoodSince(at, doubtMs) }, { $set: { state: 'dead', stateReason: code, checkAt: new Date(ctx.now()) }, $max: { toldAt: at } })
  if (died.modifiedCount > 0) ctx.bus.emit('channel.changed', { channelId })
  // The messages that were under way say so one after the other.
  else await channels.updateOne({ _id: channelId, state: 'dead', ...notGoodSince(at, doubtMs) }, { $max: { toldAt: at } })
}

/** What news of the account say of a channel's state, by the provider's word of `at`; late news of an earlier time change nothing. */
export async function takeNews(ctx: Context, channelId: string, { state, reason, at }: { state: Channel['state'], reason: string | null, at: Date }): Promise<void> {
  const { channels } = ctx.models
  const set = { state, toldAt: at, checkAt: new Date(ctx.now()) }
  const { modifiedCount } = state === 'dead'
    ? await channels.updateOne({ _id: channelId, $and: [nothingToldSince(at), notGoodSince(at)] }, { $set: { ...set, stateReason: reason } })
    : await channels.updateOne({ _id: channelId, ...nothingToldSince(at) }, { $set: { ...set, stateReason: null }, $max: { knownGoodAt: at } })
  if (modifiedCount > 0) ctx.bus.emit('channel.changed', { channelId })
}
