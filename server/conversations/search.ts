import type { z } from 'zod'
import type { SearchHit } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Filter } from './filters.ts'
import type { Probe } from './search-probes.ts'
import { seesWholeAddress } from '../accounts/index.ts'
import { allOf } from './filters.ts'
import { sightFilter } from './list-plan.ts'
import { normalised } from './search-keys.ts'
import { probesFor } from './search-probes.ts'
import { initialsOf, shownName } from './views/masking.ts'
import { rowFields } from './views/row.ts'

/** Somebody who was found, and by what. */
export type Found = { conversation: Conversation, why: Probe['why'] }

/** How many each probe may bring: enough to rank, few enough to read. */
const perProbe = 60
const whyOrder: readonly Probe['why'][] = ['name', 'phone', 'handle', 'email', 'card', 'tag']

/**
 * People whom `actor` may see and who are found by what was typed. Whole words first, then by kind of match, then the newest. Each way of being found is one
 * range of one index, and at most sixty of it are read.
 * @param ctx the application
 * @param actor who searches; how much of a number finds somebody depends on who they are
 * @param typed as it was typed, in any script
 * @param options what narrows the search
 * @param options.limit how many at most
 * @param options.within what must be true of their conversation, in place of `actor` seeing it
 */
export async function findPeople(ctx: Context, actor: Actor, typed: string, options: { limit: number, within?: Filter }): Promise<Found[]> {
  const sight = options.within ?? sightFilter(actor)
  const probes = probesFor(typed, seesWholeAddress(actor))
  const found = await Promise.all(probes.map(async ({ why, key, and = [] }) => {
    const conversations = await ctx.models.conversations
      .find(allOf({ searchKeys: key }, ...and.map(other => ({ searchKeys: other })), sight, { mergedInto: null }))
      .limit(perProbe)
      .select(rowFields)
      .lean<Conversation[]>()
    return conversations.map(conversation => ({ conversation, why }))
  }))
  const wanted = normalised(typed)
  const best = new Map<string, Found>()
  for (const hit of found.flat()) {
    const known = best.get(hit.conversation._id)
    if (!known || whyOrder.indexOf(hit.why) < whyOrder.indexOf(known.why)) best.set(hit.conversation._id, hit)
  }
  const rankOf = ({ why, conversation }: Found) => why === 'name' && ` ${normalised(conversation.name)} `.includes(` ${wanted} `) ? -1 : whyOrder.indexOf(why)
  return [...best.values()]
    .sort((a, b) => rankOf(a) - rankOf(b) || b.conversation.lastAt.getTime() - a.conversation.lastAt.getTime())
    .slice(0, options.limit)
}

/** The same as hits for the palette. */
export async function searchHits(ctx: Context, actor: Actor, typed: string, limit: number): Promise<z.infer<typeof SearchHit>[]> {
  const whole = seesWholeAddress(actor)
  return (await findPeople(ctx, actor, typed, { limit })).map(({ conversation, why }) => {
    const name = shownName(conversation.name, whole)
    return { conversationId: conversation._id, customerId: conversation.customerId, name, initials: initialsOf(name), why, storeId: conversation.storeId ?? null, mark: conversation.mark }
  })
}
