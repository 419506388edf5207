import type { LearningCase, LearningCredit, LearningEnding, SignalType } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation, Customer, ReportCase, StoredCredit, StoredEnding } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { maySee, seesWholeAddress } from '../accounts/index.ts'
import { shownName } from '../conversations/index.ts'
import { currentCustomer } from '../readiness/index.ts'
import { namesOf } from './versions.ts'

/** People as a reader may see them, by the id under which a report holds them. */
type People = ReadonlyMap<string, Pick<LearningCase, 'customerId' | 'conversationId' | 'name' | 'storeId'>>

/** People by their names of today, as far as the reader may see them; who was joined to another is that one, who was erased is gone. */
export async function peopleToName(ctx: Context, actor: Actor, customerIds: readonly string[]): Promise<People> {
  const found = await ctx.models.customers.find({ _id: trusted({ $in: [...new Set(customerIds)] }) }, { name: 1, mergedInto: 1 }).lean<Pick<Customer, '_id' | 'name' | 'mergedInto'>[]>()
  const current = new Map<string, Pick<Customer, '_id' | 'name'>>()
  for (const customer of found) {
    const now = customer.mergedInto ? await currentCustomer(ctx, customer._id) : customer
    if (now) current.set(customer._id, now)
  }
  const rows = await ctx.models.conversations.find({ customerId: trusted({ $in: [...new Set(Array.from(current.values(), person => person._id))] }) }, { customerId: 1, storeIds: 1, storeId: 1, ownerId: 1 }).lean<Pick<Conversation, '_id' | 'customerId' | 'storeIds' | 'storeId' | 'ownerId'>[]>()
  const rowOf = new Map(rows.map(row => [row.customerId, row]))
  return new Map([...current].flatMap(([id, person]) => {
    const row = rowOf.get(person._id)
    if (row && !maySee(actor, row)) return []
    return [[id, { customerId: person._id, conversationId: row?._id ?? null, name: shownName(person.name, seesWholeAddress(actor)), storeId: row?.storeId ?? null }]]
  }))
}

/** Cases of people whom the reader may see. */
export function casesView(people: People, cases: readonly ReportCase[]): LearningCase[] {
  return cases.flatMap(({ kind, customerId, at, horizonDays, p, happened }): LearningCase[] => {
    const person = people.get(customerId)
    if (!person) return []
    return [{
      kind,
      ...person,
      storeId: happened?.storeId ?? person.storeId,
      at: at.toISOString(),
      horizonDays,
      p,
      happened: happened && { signal: happened.signal as SignalType, at: happened.at.toISOString(), storeId: happened.storeId },
    }]
  })
}

/** Endings with those of their people whom the reader may see; the counts are of all. */
export function endingsView(people: People, endings: readonly StoredEnding[]): LearningEnding[] {
  return endings.map(({ kind, reason, count, people: ended }) => ({
    kind,
    reason,
    count,
    people: ended.flatMap(({ customerId, at }) => {
      const person = people.get(customerId)
      return person ? [{ ...person, at: at.toISOString() }] : []
    }),
  }))
}

/** Credit with the names of colleagues; who is no more is called by their id. */
export async function creditView(ctx: Pick<Context, 'models'>, { byAdvisor, bySignal, ...credit }: StoredCredit): Promise<LearningCredit> {
  const name = await namesOf(ctx, byAdvisor.map(row => row.advisorId))
  return {
    ...credit,
    byAdvisor: byAdvisor.map(row => ({ ...row, name: name(row.advisorId)!.name })),
    bySignal: bySignal.map(row => ({ ...row, signal: row.signal as SignalType })),
  }
}
