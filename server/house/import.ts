import type { Model } from 'mongoose'
import type { z } from 'zod'
import type { ChannelImport, HouseImport, HouseImportResult } from '#contracts'
import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { isDeepStrictEqual } from 'node:util'
import { channelById, channelSettingKeys } from '#webhooks'
import { endSessionsOf } from '../accounts/index.ts'
import { channelSealPurpose } from '../platform/channels.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { LoupeError } from '../platform/errors.ts'
import { pieceWords } from './piece-words.ts'
import { houseSetting } from './view.ts'

/**
 * Adds what is given to the house, or replaces it by its id. Running it twice changes nothing. Passwords are left alone, and the state of a channel too,
 * unless other settings are given for it, with which it counts as repaired; people whose role or stores change are signed out. Throws `invalid` for a channel that no adapter serves and `conflict` where another document has the
 * same e-mail, SKU, number, template or shortcut.
 */
export async function importHouse(ctx: Context, given: HouseImport): Promise<HouseImportResult> {
  const { models } = ctx
  const known = new Map((await models.channels.find({ _id: { $in: (given.channels ?? []).map(channel => channel.id) } }).lean()).map(channel => [channel._id, channel]))
  const channels = (given.channels ?? []).map(channel => channelFields(ctx, channel, known.get(channel.id)))
  if (given.name !== undefined || given.tags !== undefined) {
    const before = await houseSetting(ctx)
    const value = { name: given.name ?? before.name, tags: given.tags ?? before.tags }
    await models.settings.updateOne({ _id: 'house' }, { $set: { value } }, { upsert: true })
  }
  if (given.catalogId !== undefined) await models.settings.updateOne({ _id: 'catalogId' }, { $set: { value: given.catalogId } }, { upsert: true })
  await upsert(models.stores, (given.stores ?? []).map(({ id, ...store }) => ({ id, set: store })))
  await upsert(models.channels, channels)
  await importAdvisors(ctx, given.advisors ?? [])
  await upsert(models.pieces, (given.pieces ?? []).map(({ id, ...piece }) => ({ id, set: { ...piece, words: pieceWords(piece) } })))
  await upsert(models.templates, (given.templates ?? []).map(({ id, ...template }) => ({ id, set: template })))
  await upsert(models.quickReplies, (given.quickReplies ?? []).map(({ id, ...reply }) => ({ id, set: reply })))
  for (const channel of channels) ctx.bus.emit('channel.changed', { channelId: channel.id })
  const count = (kind: 'stores' | 'channels' | 'advisors' | 'pieces' | 'templates' | 'quickReplies') => given[kind]?.length ?? 0
  return { stores: count('stores'), channels: count('channels'), advisors: count('advisors'), pieces: count('pieces'), templates: count('templates'), quickReplies: count('quickReplies') }
}

type Upsert = { id: string, set: Record<string, unknown>, first?: Record<string, unknown> }

async function upsert<T>(model: Model<T>, rows: Upsert[]): Promise<void> {
  if (rows.length === 0) return
  // Every model's ids are texts; through the schema, so that defaults and types hold.
  const byId = model as unknown as Model<{ _id: string }>
  const writes = rows.map(({ id, set, first }) => ({ updateOne: { filter: { _id: id }, update: { $set: set, ...(first ? { $setOnInsert: first } : {}) }, upsert: true } }))
  try {
    await byId.bulkWrite(writes, { ordered: false })
  }
  catch (error) {
    if (isDuplicate(error))
      throw new LoupeError('conflict', `Another one of the ${model.collection.name} already has the same name or address. Use its id to change it.`)
    throw error
  }
}

/** Whether these settings are others than the channel's own; those that cannot be opened are. */
function areOther(ctx: Context, { _id, sealedSettings }: Channel, settings: object): boolean {
  try {
    return !isDeepStrictEqual(sealedSettings ? JSON.parse(ctx.secrets.open(sealedSettings, channelSealPurpose(_id, 'settings'))) : {}, settings)
  }
  catch {
    return true
  }
}

function channelFields(ctx: Context, channel: z.infer<typeof ChannelImport>, before: Channel | undefined): Upsert {
  const { id, adapter, channel: network, label, externalId, handle, storeId, settings } = channel
  const definition = channelById(adapter)?.definition
  if (!definition?.networks[network]) throw new LoupeError('invalid', `No adapter called ${adapter} carries ${network}.`)
  const unknown = Object.keys(settings ?? {}).find(key => !(channelSettingKeys as readonly string[]).includes(key))
  if (unknown !== undefined) throw new LoupeError('invalid', `${unknown} is not a setting of a channel. Known are ${channelSettingKeys.join(', ')}.`)
  const sealed = settings && Object.keys(settings).length > 0 ? ctx.secrets.seal(JSON.stringify(settings), channelSealPurpose(id, 'settings')) : null
  const repaired = before && settings && areOther(ctx, before, settings) ? { state: 'live', stateReason: null, knownGoodAt: new Date(ctx.now()) } : {}
  return {
    id,
    set: { adapter, channel: network, provider: definition.provider, label, externalId, handle, storeId, ...(settings ? { sealedSettings: sealed } : {}), checkAt: new Date(ctx.now()), ...repaired },
    first: { token: null, ...(before ? {} : { state: 'live', stateReason: null }), ...(settings ? {} : { sealedSettings: null }) },
  }
}

async function importAdvisors(ctx: Context, advisors: NonNullable<HouseImport['advisors']>): Promise<void> {
  const { models } = ctx
  const before = new Map((await models.advisors.find({ _id: { $in: advisors.map(advisor => advisor.id) } }, { role: 1, storeIds: 1 }).lean()).map(advisor => [advisor._id, advisor]))
  await upsert(models.advisors, advisors.map(({ id, email, ...advisor }) => ({
    id,
    set: { ...advisor, email: email.toLowerCase() },
    first: { passwordHash: null, active: true, invitation: null, createdAt: new Date(ctx.now()) },
  })))
  for (const advisor of advisors) {
    const old = before.get(advisor.id)
    if (old && (old.role !== advisor.role || old.storeIds.join() !== advisor.storeIds.join())) await endSessionsOf(ctx, advisor.id, 'role_changed')
  }
}
