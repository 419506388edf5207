import type { LearningReport, LearningReportQuery, ReportScope } from '#contracts'
import type { Actor } from '../accounts/index.ts'
import type { Store, StoredReport } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { seesEverything } from '../accounts/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { casesView, creditView, endingsView, peopleToName } from './report-names.ts'

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
  if (!report) return { scopes, scope: null, weeks, madeAt: null, from: null, until: null, share: 1, horizons: [], hits: [], misses: [], endings: [], credit: null }
  const endings = report.endings ?? []
  const people = await peopleToName(ctx, actor, [...report.cases, ...endings.flatMap(ending => ending.people)].map(one => one.customerId))
  const cases = casesView(people, report.cases)
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
    endings: endingsView(people, endings),
    credit: report.credit ? await creditView(ctx, report.credit) : null,
  }
}
