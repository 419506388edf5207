import type { LearningCase, LearningReport, LearningReportQuery, ReportScope } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Conversation, Customer, ReportCase, Store, StoredReport } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { maySee, seesEverything, seesWholeAddress } from '../accounts/index.ts'
import { shownName } from '../conversations/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { currentCustomer } from '../readiness/index.ts'

const order = ['house', 'region', 'store']

/** Whether `actor` may see a part of the house: a manager their stores, and a region of which all stores are theirs. */
export function mayReport(actor: Actor, { kind, scopeId }: Pick<StoredReport, 'kind' | 'scopeId'>, stores: readonly Pick<Store, '_id' | 'country'>[]): boolean {
  if (seesEverything(actor)) return true
  if (actor.kind === 'key' || kind === 'house') return false
  if (kind === 'store') return actor.storeIds.includes(scopeId)
  const there = stores.filter(store => store.country === scopeId)
  return there.length > 0 && there.every(store => actor.storeIds.includes(store._id))
}

/**
 * The report of one part of the house, as the last night left it, with what else the reader may choose.
 * @throws LoupeError `invalid` for a store and a region at once, `forbidden` for a part that is not theirs to see
 */
export async function reportView(ctx: Context, actor: Actor, { storeId, region, weeks }: LearningReportQuery): Promise<LearningReport> {
  if (storeId !== undefined && region !== undefined) throw new LoupeError('invalid', 'Ask for a store or for a region.')
  const wanted = storeId !== undefined ? { kind: 'store' as const, scopeId: storeId } : region !== undefined ? { kind: 'region' as const, scopeId: region } : null
  const [stores, told] = await Promise.all([
    ctx.models.stores.find({}, { name: 1, country: 1 }).lean<Pick<Store, '_id' | 'name' | 'country'>[]>(),
    ctx.models.learningReports.find({ weeks }, { kind: 1, scopeId: 1, people: 1 }).lean<Pick<StoredReport, 'kind' | 'scopeId' | 'people'>[]>(),
  ])
  if (wanted && !mayReport(actor, wanted, stores)) throw new LoupeError('forbidden', 'This part of the house is not yours to see.')
  const names = new Map(stores.map(store => [store._id, store.name]))
  const scopes = told
    .filter(one => mayReport(actor, one, stores))
    .map(({ kind, scopeId, people }): ReportScope => ({ kind, id: scopeId, name: names.get(scopeId) ?? scopeId, people }))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name))
  const scope = (wanted ? scopes.find(one => one.kind === wanted.kind && one.id === wanted.scopeId) : scopes[0]) ?? null
  const report = scope && await ctx.models.learningReports.findById(`${scope.kind}:${scope.id}|${weeks}`).lean<StoredReport>()
  if (!report) return { scopes, scope: null, weeks, madeAt: null, from: null, until: null, share: 1, horizons: [], hits: [], misses: [] }
  const cases = await casesView(ctx, actor, report.cases)
  return {
    scopes,
    scope,
    weeks,
    madeAt: report.madeAt.toISOString(),
    from: report.from.toISOString(),
    until: report.until.toISOString(),
    share: report.share,
    horizons: report.horizons,
    hits: cases.filter(one => one.kind === 'hit'),
    misses: cases.filter(one => one.kind !== 'hit'),
  }
}

/** People by their names of today, as far as the reader may see them; who was joined to another is that one, who was erased is gone. */
async function casesView(ctx: Context, actor: Actor, cases: readonly ReportCase[]): Promise<LearningCase[]> {
  const ids = [...new Set(cases.map(one => one.customerId))]
  const found = await ctx.models.customers.find({ _id: trusted({ $in: ids }) }, { name: 1, mergedInto: 1 }).lean<Pick<Customer, '_id' | 'name' | 'mergedInto'>[]>()
  const people = new Map<string, Pick<Customer, '_id' | 'name'>>()
  for (const customer of found) {
    const now = customer.mergedInto ? await currentCustomer(ctx, customer._id) : customer
    if (now) people.set(customer._id, now)
  }
  const rows = await ctx.models.conversations.find({ customerId: trusted({ $in: [...new Set(Array.from(people.values(), person => person._id))] }) }, { customerId: 1, storeIds: 1, storeId: 1, ownerId: 1 }).lean<Pick<Conversation, '_id' | 'customerId' | 'storeIds' | 'storeId' | 'ownerId'>[]>()
  const rowOf = new Map(rows.map(row => [row.customerId, row]))
  return cases.flatMap(({ kind, customerId, at, horizonDays, p, happened }): LearningCase[] => {
    const person = people.get(customerId)
    const row = person && rowOf.get(person._id)
    if (!person || (row && !maySee(actor, row))) return []
    return [{
      kind,
      customerId: person._id,
      conversationId: row?._id ?? null,
      name: shownName(person.name, seesWholeAddress(actor)),
      storeId: happened?.storeId ?? row?.storeId ?? null,
      at: at.toISOString(),
      horizonDays,
      p,
      happened: happened && { signal: happened.signal as NonNullable<LearningCase['happened']>['signal'], at: happened.at.toISOString(), storeId: happened.storeId },
    }]
  })
}
