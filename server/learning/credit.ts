import type { CreditCounts, LearningCredit } from '#contracts'
import type { Credited, CreditedOutcome, TouchKind } from '#scoring'
import type { StoredCredit, StoredEnding } from '../models/index.ts'
import type { StudiedPerson } from './read-house.ts'
import { creditOf, touchKindOf, touchKinds } from '#scoring'

const mostRows = { advisors: 30, stores: 30, signals: 12, endings: 12, people: 8 }
/** Shares are told to a thousandth. */
const told = (share: number) => Math.round(share * 1000) / 1000

type Kind = LearningCredit['byKind'][number]['kind']
type Row = CreditCounts & { touches: number }

/** A person with what their outcomes are credited to. */
export interface CreditedPerson {
  person: StudiedPerson
  credited: Credited[]
}

/** Works out the credit of everybody once; each report then sums what fell in its weeks. */
export function withCredit(people: readonly StudiedPerson[]): CreditedPerson[] {
  return people.map(person => ({ person, credited: creditOf(person.signals) }))
}

const columnOf = { visit: 'visits', purchase: 'purchases', lost: 'lost', opt_out: 'optOuts' } as const satisfies Record<CreditedOutcome, keyof CreditCounts>
const nothing = (): Row => ({ visits: 0, purchases: 0, lost: 0, optOuts: 0, touches: 0 })

/** Rows by their name, made when first asked for. */
function table<K>() {
  const rows = new Map<K, Row>()
  return {
    rows,
    of(key: K): Row {
      const known = rows.get(key)
      if (known) return known
      const made = nothing()
      rows.set(key, made)
      return made
    },
  }
}

const rounded = ({ visits, purchases, lost, optOuts, touches }: Row) => ({ visits: told(visits), purchases: told(purchases), lost: told(lost), optOuts: told(optOuts), touches })
const withoutTouches = ({ touches: _, ...counts }: ReturnType<typeof rounded>): CreditCounts => counts
/** What ranks a row: who came, then how often was written. */
const worth = ({ visits, purchases }: CreditCounts) => visits + purchases

function ranked<K>(rows: ReadonlyMap<K, Row>, most: number): [K, Row][] {
  return [...rows].sort((a, b) => worth(b[1]) - worth(a[1]) || b[1].touches - a[1].touches || (String(a[0]) < String(b[0]) ? -1 : 1)).slice(0, most)
}

/** What the outcomes from `fromMs` (not included) to `untilMs` are credited to: kinds of touch, who wrote, through which store, and what people showed. */
export function creditIn(people: readonly CreditedPerson[], fromMs: number, untilMs: number): StoredCredit {
  const within = (at: number) => at > fromMs && at <= untilMs
  const all = nothing()
  const [kinds, advisors, stores, signals] = [table<Kind>(), table<string>(), table<string>(), table<string>()]
  for (const kind of [...touchKinds, 'unprompted'] as const) kinds.of(kind)
  /** The rows in which a touch stands. */
  const rowsOf = ({ storeId, meta }: StudiedPerson['signals'][number], kind: TouchKind): Row[] => [
    kinds.of(kind),
    ...(storeId === null ? [] : [stores.of(storeId)]),
    ...(kind === 'advisor' && meta?.source !== undefined ? [advisors.of(meta.source)] : []),
  ]
  for (const { person, credited } of people) {
    for (const signal of person.signals) {
      const kind = touchKindOf(signal.type)
      if (kind && within(signal.at)) { for (const row of rowsOf(signal, kind)) row.touches++ }
    }
    for (const { outcome, place, touches, signals: shown } of credited) {
      if (!within(person.signals[place]!.at)) continue
      const column = columnOf[outcome]
      all[column]++
      if (touches.length === 0) kinds.of('unprompted')[column]++
      for (const touch of touches) {
        const signal = person.signals[touch.place]!
        for (const row of rowsOf(signal, touchKindOf(signal.type)!)) row[column] += touch.share
      }
      for (const { type, share } of shown) signals.of(type)[column] += share
    }
  }
  return {
    all: withoutTouches(rounded(all)),
    byKind: Array.from(kinds.rows, ([kind, row]) => ({ kind, ...rounded(row) })),
    byAdvisor: ranked(advisors.rows, mostRows.advisors).map(([advisorId, row]) => ({ advisorId, ...rounded(row) })),
    byStore: ranked(stores.rows, mostRows.stores).map(([storeId, row]) => ({ storeId, ...rounded(row) })),
    bySignal: ranked(signals.rows, mostRows.signals).map(([signal, row]) => ({ signal, ...withoutTouches(rounded(row)) })),
  }
}

/** Who was lost or opted out from `fromMs` (not included) to `untilMs`, by the reason that was given, the most frequent first. */
export function endingsIn(people: readonly CreditedPerson[], fromMs: number, untilMs: number): StoredEnding[] {
  const endings = new Map<string, StoredEnding>()
  for (const { person, credited } of people) {
    for (const { outcome, place } of credited) {
      const { at, meta } = person.signals[place]!
      if ((outcome !== 'lost' && outcome !== 'opt_out') || at <= fromMs || at > untilMs) continue
      const reason = outcome === 'lost' ? meta?.outcome?.trim() || null : null
      const key = `${outcome}|${reason?.toLowerCase() ?? ''}`
      const ending: StoredEnding = endings.get(key) ?? { kind: outcome, reason, count: 0, people: [] }
      ending.count++
      ending.people.push({ customerId: person.customerId, at: new Date(at) })
      endings.set(key, ending)
    }
  }
  return [...endings.values()]
    .sort((a, b) => b.count - a.count || (a.reason ?? '').localeCompare(b.reason ?? ''))
    .slice(0, mostRows.endings)
    .map(ending => ({ ...ending, people: ending.people.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, mostRows.people) }))
}
