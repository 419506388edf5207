import type { z } from 'zod'
import type { HouseView, PieceView, TagView } from '#contracts'
import type { Piece } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { channelView } from '../channels/index.ts'
import { fileProblem } from '../platform/public-address.ts'

/** What is kept of the house itself, in the setting `house`. */
export type HouseSetting = { name: string, tags: z.infer<typeof TagView>[] }

const nameless = 'Your house'

export async function houseSetting(ctx: Context): Promise<HouseSetting> {
  const found = await ctx.models.settings.findById('house').lean()
  const value = found?.value as Partial<HouseSetting> | undefined
  return { name: value?.name ?? nameless, tags: value?.tags ?? [] }
}

/** The whole house as the interface needs it once: its stores, people, numbers and tags. */
export async function houseView(ctx: Context): Promise<HouseView> {
  const { models } = ctx
  const [house, stores, advisors, channels] = await Promise.all([
    houseSetting(ctx),
    models.stores.find().lean(),
    models.advisors.find({}, { name: 1, role: 1, storeIds: 1, active: 1 }).lean(),
    models.channels.find().lean(),
  ])
  return {
    name: house.name,
    tags: house.tags,
    stores: stores.map(({ _id, name, city, country, timeZone }) => ({ id: _id, name, city, country, timeZone })).sort(byName),
    colleagues: advisors.map(({ _id, name, role, storeIds, active }) => ({ id: _id, name, role, storeIds, active })).sort(byName),
    channels: channels.map(channel => channelView(channel, fileProblem(ctx, channel))).sort((a, b) => a.label.localeCompare(b.label)),
  }
}

/** A piece as threads, search and the picker show it. */
export function pieceView(piece: Piece): PieceView {
  const { _id, sku, name, detail, price, currency, imageUrl } = piece
  return { id: _id, sku, name, detail, price: price ?? null, currency, imageUrl: imageUrl ?? null }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name)
}
