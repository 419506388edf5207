import type { HorizonJudgement, Model, Trial } from '#scoring'
import type { ReportCase, StoredCredit, StoredEnding } from '../models/index.ts'
import type { StudiedHouse, StudiedPerson } from './read-house.ts'
import { learningWeeks } from '#contracts'
import { casesOf, judgeHorizon, trialsOf } from '#scoring'
import { creditIn, endingsIn, withCredit } from './credit.ts'

const dayMs = 86_400_000
/** People whose forecasts are judged, at most; each is asked about on up to forty mornings. */
const mostJudged = 8_000
/** Cases are people at this horizon. */
const caseDays = 30

/** A report of one part of the house over some weeks. */
export interface ScopedReport {
  kind: 'house' | 'region' | 'store'
  scopeId: string
  weeks: number
  people: number
  /** Share of the customers behind it. */
  share: number
  from: Date
  until: Date
  horizons: HorizonJudgement[]
  cases: ReportCase[]
  credit: StoredCredit
  endings: StoredEnding[]
}

export interface JudgeOptions {
  untilMs: number
  /** Who speaks: the newest that had not seen what came after. Newest first; the prior last. */
  models: readonly Model[]
  /** p of thirty days from which somebody was told to be likely. */
  sureFrom: number
  stores: readonly { id: string, country: string }[]
}

/** How well the engine did for the whole house, each region and each store, over each span of weeks. Parts without a forecast whose time is up are left out. */
export function judgeHouse(house: StudiedHouse, { untilMs, models, sureFrom, stores }: JudgeOptions): ScopedReport[] {
  const people = house.people.slice(0, mostJudged)
  const share = house.share * Math.min(1, mostJudged / Math.max(1, house.people.length))
  const longest = Math.max(...learningWeeks) * 7
  const horizons = models[0]!.heads.map(head => head.horizonDays)
  const moments: number[] = []
  for (let days = longest + Math.max(...horizons) - 1; days >= 0; days--) { if (days % 7 === 0) moments.push(untilMs - days * dayMs) }
  const modelAt = (at: number) => models.find(model => model.learnt.untilMs <= at)!
  const inSpan = (trial: Trial, weeks: number) => trial.at + trial.horizonDays * dayMs > untilMs - weeks * 7 * dayMs
  const byScope = new Map<string, { kind: ScopedReport['kind'], scopeId: string, trials: Trial[] }>()
  const scopes = scopesOf(people, stores)
  for (const trial of trialsOf(people, { moments, untilMs, modelAt })) {
    if (!inSpan(trial, Math.max(...learningWeeks))) continue
    for (const { kind, scopeId } of scopes[trial.person]!) {
      const key = `${kind}:${scopeId}`
      const known = byScope.get(key)
      if (known) known.trials.push(trial)
      else byScope.set(key, { kind, scopeId, trials: [trial] })
    }
  }
  const credited = withCredit(people)
  const membersOf = (kind: ScopedReport['kind'], scopeId: string) => credited.filter((_, person) => scopes[person]!.some(scope => scope.kind === kind && scope.scopeId === scopeId))
  return Array.from(byScope.values(), scope => ({ ...scope, members: membersOf(scope.kind, scope.scopeId) })).flatMap(({ kind, scopeId, trials, members }) => learningWeeks.map((weeks): ScopedReport => {
    const asked = trials.filter(trial => inSpan(trial, weeks))
    const fromMs = untilMs - weeks * 7 * dayMs
    const of = (days: number) => asked.filter(trial => trial.horizonDays === days)
    return {
      kind,
      scopeId,
      weeks,
      people: new Set(asked.map(trial => trial.person)).size,
      share,
      from: new Date(fromMs),
      until: new Date(untilMs),
      horizons: horizons.flatMap(days => judgeHorizon(of(days), days, 7) ?? []),
      cases: casesIn(of(caseDays), people, sureFrom),
      credit: creditIn(members, fromMs, untilMs),
      endings: endingsIn(members, fromMs, untilMs),
    }
  }))
}

/** Of which parts of the house each person is. */
function scopesOf(people: readonly StudiedPerson[], stores: JudgeOptions['stores']): Pick<ScopedReport, 'kind' | 'scopeId'>[][] {
  const countryOf = new Map(stores.map(store => [store.id, store.country]))
  return people.map(({ storeIds, country }) => {
    const theirs = storeIds.filter(id => countryOf.has(id))
    const regions = new Set(theirs.length > 0 ? theirs.map(id => countryOf.get(id)!) : country ? [country] : [])
    return [
      { kind: 'house' as const, scopeId: 'house' },
      ...Array.from(regions, region => ({ kind: 'region' as const, scopeId: region })),
      ...theirs.map(id => ({ kind: 'store' as const, scopeId: id })),
    ]
  })
}

function casesIn(trials: readonly Trial[], people: readonly StudiedPerson[], sureFrom: number): ReportCase[] {
  const { hits, sureAndNothing, unlikelyAndCame } = casesOf(trials, sureFrom)
  const told = (kind: ReportCase['kind']) => ({ person, at, horizonDays, p, came }: Trial): ReportCase => {
    const { customerId, signals } = people[person]!
    const signal = came === null ? null : signals[came]!
    return { kind, customerId, at: new Date(at), horizonDays, p, happened: signal && { signal: signal.type, at: new Date(signal.at), storeId: signal.storeId } }
  }
  return [...hits.map(told('hit')), ...sureAndNothing.map(told('sure_and_nothing')), ...unlikelyAndCame.map(told('unlikely_and_came'))]
}
