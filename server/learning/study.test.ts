import type { StudiedHouse } from './read-house.ts'
import type { StudyAsk } from './study.ts'
import { describe, expect, it } from 'vitest'
import { priorModel } from '#scoring'
import { studyHouse } from './study.ts'
import { night, simulatedPeople } from './testing/simulated.ts'

const dayMs = 86_400_000
const stores = [{ id: 'mumbai', country: 'IN' }, { id: 'dubai', country: 'AE' }, { id: 'singapore', country: 'SG' }]

function simulated(size: number, until = night): StudiedHouse {
  const { conversations, signals } = simulatedPeople(size)
  const people = conversations.map(({ customerId, storeIds }) => ({
    customerId,
    storeIds,
    country: null,
    signals: signals.filter(signal => signal.customerId === customerId && signal.at.getTime() <= until).map(({ type, at }) => ({ type, at: at.getTime(), storeId: null })).sort((a, b) => a.at - b.at),
  }))
  return { people, signals: people.reduce((sum, person) => sum + person.signals.length, 0), share: 1, contacts: [] }
}

const house = simulated(220)
const study = (ask: Partial<StudyAsk> = {}, of = house) => studyHouse(of, { untilMs: night, version: 'learnt-tonight', inUse: null, pinned: false, stores, ...ask })

describe('a night\'s study', { timeout: 90_000 }, () => {
  const first = study()
  const learnt = first.made!.model

  it('puts in use what foretold the held-out weeks better than the prior', () => {
    expect(first).toMatchObject({ outcome: 'new_in_use', people: 220, made: { _id: 'learnt-tonight', engine: priorModel().version, comparison: { against: priorModel().version, better: true } } })
    expect(learnt).toMatchObject({ version: 'learnt-tonight', learnt: { untilMs: night - 35 * dayMs } })
  })

  it('has learnt nothing from the held-out weeks', () => {
    const busy = { ...house, people: house.people.map(person => ({ ...person, signals: [...person.signals, { type: 'walk_in', at: night - 20 * dayMs, storeId: null }].sort((a, b) => a.at - b.at) })) }
    const after = study({}, busy)
    expect(after.made!.model).toEqual(learnt)
    expect(after.made!.comparison.horizons[0]!.new.came).toBeGreaterThan(200)
    expect(first.made!.comparison.horizons[0]!.new.came).toBeLessThan(50)
  })

  it('keeps the old one where the new one does worse', () => {
    // A door counter that was taken for a till, until the held-out weeks.
    const counted = (signals: typeof house.people[number]['signals']) => signals.flatMap(signal => signal.at > night - 36 * dayMs ? [signal] : [signal, { ...signal, type: 'walk_in', at: signal.at + dayMs }]).sort((a, b) => a.at - b.at)
    const misled = study({ version: 'learnt-from-a-counter', inUse: learnt }, { ...house, people: house.people.map(person => ({ ...person, signals: counted(person.signals) })) })
    expect(misled).toMatchObject({ outcome: 'old_kept', made: { _id: 'learnt-from-a-counter', comparison: { against: 'learnt-tonight', better: false } } })
    const { horizons } = misled.made!.comparison
    for (const horizon of horizons) expect(horizon.new.logLoss).toBeGreaterThan(horizon.old.logLoss)
    expect(horizons[0]!.new.ratio).toBeGreaterThan(2)
  })

  it('keeps the old one where the new one is no better', () => {
    const again = study({ version: 'learnt-again', inUse: learnt })
    expect(again).toMatchObject({ outcome: 'old_kept', made: { comparison: { against: 'learnt-tonight', better: false }, learned: [] } })
    expect(again.made!.model).toEqual({ ...learnt, version: 'learnt-again' })
  })

  it('leaves a model that a person chose, and says that the new one is better', () => {
    const loud = { ...learnt, version: 'loud', heads: learnt.heads.map(head => ({ ...head, offset: head.offset + 2 })) }
    expect(study({ inUse: loud, pinned: true })).toMatchObject({ outcome: 'pinned', made: { comparison: { against: 'loud', better: true } } })
  })

  it('says that there are too few outcomes, and judges the prior all the same', () => {
    const young = night - 380 * dayMs
    const few = study({ untilMs: young }, simulated(220, young))
    expect(few).toMatchObject({ outcome: 'too_few', made: null })
    expect(few.reports.find(report => report.kind === 'house' && report.weeks === 4)!.horizons[0]!.figures.forecasts).toBeGreaterThan(10)
    expect(study({}, { people: [], signals: 0, share: 1, contacts: [] })).toMatchObject({ outcome: 'too_few', people: 0, outcomes: 0, reports: [] })
  })

  it('tells regions and stores apart', () => {
    const of = (kind: string) => first.reports.filter(report => report.kind === kind && report.weeks === 13)
    expect(of('store').map(report => report.scopeId).sort()).toEqual(['dubai', 'mumbai', 'singapore'])
    expect(of('region').map(report => report.scopeId).sort()).toEqual(['AE', 'IN', 'SG'])
    expect(of('store').reduce((sum, report) => sum + report.people, 0)).toBe(of('house')[0]!.people)
  })
})
