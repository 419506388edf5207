import type { Page } from 'playwright-core'
import type { CalibrationPoint, ConversationPage, HorizonReport, LearnedWeight, LearningCase, LearningCredit, LearningEnding, LearningFigures, LearningModel, LearningModels, LearningReport, LearningStatus, SignalType } from '#contracts'

const dayMs = 86_400_000
const perTenth = 240

function figures(forecasts: number, came: number, better: number): LearningFigures {
  return { forecasts, came, auc: 0.776 + better, brier: 0.0931 - better, brierSkill: 0.142 + better, logLoss: 0.3118 - better, slope: 1.04, ratio: 1.03, ece: 0.014 - better / 2 }
}

function point(promised: number, happened: number): CalibrationPoint {
  const half = 1.96 * Math.sqrt(happened * (1 - happened) / perTenth) + 0.006
  return { promised, happened, low: Math.max(0, happened - half), high: Math.min(1, happened + half), forecasts: perTenth, came: Math.round(happened * perTenth) }
}

/** A horizon of which every tenth is as far from its promise as `happened` says. */
function horizon(horizonDays: number, tenths: [promised: number, happened: number][]): HorizonReport {
  const calibration = tenths.map(([promised, happened]) => point(promised, happened))
  const came = calibration.reduce((sum, one) => sum + one.came, 0)
  const forecasts = perTenth * tenths.length
  let caught = 0
  const lift = calibration.toReversed().map((one, i) => {
    caught += one.came
    return { decile: i + 1, forecasts: one.forecasts, came: one.came, lift: one.came / one.forecasts / (came / forecasts), caught: caught / came }
  })
  return { horizonDays, figures: figures(forecasts, came, 0), calibration, lift }
}

const thirty: [number, number][] = [[0.012, 0.017], [0.024, 0.021], [0.037, 0.046], [0.052, 0.05], [0.071, 0.062], [0.098, 0.113], [0.134, 0.121], [0.189, 0.271], [0.296, 0.273], [0.471, 0.45]]

function weight(name: string, before: number, after: number): LearnedWeight {
  const [signal, aspect] = name.split(':') as [string, 'seen' | 'lately' | 'ago' | undefined]
  const source = name.startsWith('source=') ? name.slice('source='.length) : null
  const about = aspect !== undefined
  return { name, group: source ? 'source' : about ? 'signal' : 'habit', signal: about ? signal : null, word: about ? `signal.${signal}` : null, aspect: aspect ?? null, source, before, after }
}

const weights = [
  weight('price_asked:lately', 0.21, 0.52),
  weight('silence', -0.31, -0.55),
  weight('like:lately', 0.16, -0.04),
  weight('voice:seen', 0, 0.27),
  weight('appointment_booked:ago', -0.18, -0.41),
  weight('our_turn', 0.11, 0.33),
  weight('unanswered', -0.12, -0.29),
  weight('source=walk_in', 0.05, 0.19),
  weight('link_opened:lately', 0.14, 0),
  weight('recent', 0.3, 0.19),
]

const credit: LearningCredit = {
  all: { visits: 148, purchases: 61, lost: 18, optOuts: 2 },
  byKind: [
    { kind: 'advisor', touches: 1204, visits: 71.4, purchases: 34.1, lost: 7.2, optOuts: 0.4 },
    { kind: 'bot', touches: 0, visits: 0, purchases: 0, lost: 0, optOuts: 0 },
    { kind: 'followup', touches: 310, visits: 12.3, purchases: 4.6, lost: 3.1, optOuts: 0.6 },
    { kind: 'campaign', touches: 1830, visits: 9.3, purchases: 2.3, lost: 1.7, optOuts: 1 },
    { kind: 'unprompted', touches: 0, visits: 55, purchases: 20, lost: 6, optOuts: 0 },
  ],
  byAdvisor: [
    { advisorId: 'meera', name: 'Meera Sanghvi', touches: 610, visits: 41.2, purchases: 19.8, lost: 3, optOuts: 0.4 },
    { advisorId: 'layla', name: 'Layla Haddad', touches: 402, visits: 22.7, purchases: 11.2, lost: 4.2, optOuts: 0 },
  ],
  byStore: [
    { storeId: 'bandra', touches: 2011, visits: 60.3, purchases: 27.9, lost: 8, optOuts: 1.6 },
    { storeId: 'dubai', touches: 1333, visits: 32.7, purchases: 13.1, lost: 4, optOuts: 0.4 },
  ],
  bySignal: [
    { signal: 'appointment_booked', visits: 48.1, purchases: 20.3, lost: 0, optOuts: 0 },
    { signal: 'price_asked', visits: 31.9, purchases: 15.2, lost: 0, optOuts: 0 },
    { signal: 'complaint', visits: 0, purchases: 0, lost: 2, optOuts: 1 },
  ],
}

/** A house that has learnt for a while: what its learning routes answer, with the people of its first conversations behind the numbers. `now` in milliseconds. */
export function learntHouse(people: ConversationPage['items'], now: number) {
  const at = (days: number) => new Date(now - days * dayMs).toISOString()
  const person = (i: number) => people[i % people.length]!
  const told = (kind: LearningCase['kind'], i: number, p: number, days: number, happened: [SignalType, number] | null): LearningCase => {
    const { customerId, id, name, storeId } = person(i)
    return { kind, customerId, conversationId: id, name, storeId, at: at(days), horizonDays: 30, p, happened: happened && { signal: happened[0], at: at(days - happened[1]), storeId } }
  }
  const ended = (kind: LearningEnding['kind'], reason: string | null, count: number, from: number): LearningEnding => ({
    kind,
    reason,
    count,
    people: Array.from({ length: Math.min(8, count) }, (_, i) => {
      const { customerId, id, name, storeId } = person(from + i)
      return { customerId, conversationId: id, name, storeId, at: at(3 + i * 4) }
    }),
  })
  const report = (weeks: number): LearningReport => ({
    scopes: [
      { kind: 'house', id: 'house', name: 'house', people: 1840 },
      { kind: 'region', id: 'IN', name: 'IN', people: 1012 },
      { kind: 'region', id: 'AE', name: 'AE', people: 514 },
      { kind: 'store', id: 'bandra', name: 'Bandra', people: 1012 },
      { kind: 'store', id: 'dubai', name: 'Dubai', people: 514 },
    ],
    scope: { kind: 'house', id: 'house', name: 'house', people: 1840 },
    weeks,
    madeAt: at(0.7),
    from: at(weeks * 7),
    until: at(0.7),
    share: 1,
    horizons: [
      horizon(7, thirty.map(([said, came]) => [said * 0.42, came * 0.4])),
      horizon(30, thirty),
      horizon(90, thirty.map(([said, came]) => [Math.min(0.9, said * 1.55), Math.min(0.9, came * 1.5)])),
    ],
    hits: Array.from({ length: 11 }, (_, i) => told('hit', i, 0.71 - i * 0.02, 41 + i, [i % 3 === 0 ? 'purchase' : i % 3 === 1 ? 'walk_in' : 'appointment_kept', i % 9])),
    misses: [
      ...Array.from({ length: 6 }, (_, i) => told('sure_and_nothing', 11 + i, 0.64 - i * 0.03, 38 + i, null)),
      ...Array.from({ length: 3 }, (_, i) => told('unlikely_and_came', 17 + i, 0.012 + i * 0.006, 52 + i, ['walk_in', 11 + i])),
    ],
    endings: [
      ended('lost', 'Bought elsewhere', 11, 0),
      ended('lost', 'The wedding was put off to next year', 4, 8),
      ended('lost', null, 3, 12),
      ended('opt_out', null, 2, 15),
    ],
    credit,
  })
  const older: LearningModel = { version: 'learnt-20261108', inUse: false, isPrior: false, madeAt: at(14), learntUntil: at(49), people: 1610, windows: 15_820, positives: 392, figures: [], comparison: null, learned: [], uses: [{ since: at(14), until: at(3), by: null, why: 'better', reason: null }] }
  const compared = [7, 30, 90].map((horizonDays, i) => ({ horizonDays, old: figures(2400, 340 + i * 100, 0), new: figures(2400, 340 + i * 100, 0.012 - i * 0.003) }))
  const models: LearningModels = {
    inUse: 'learnt-20261119',
    pinned: false,
    models: [
      { version: 'learnt-20261121', inUse: false, isPrior: false, madeAt: at(1), learntUntil: at(36), people: 1838, windows: 18_240, positives: 458, figures: [], comparison: { against: 'learnt-20261119', from: at(36), until: at(1), horizons: compared.map(one => ({ ...one, old: one.new, new: one.old })), better: false }, learned: weights, uses: [] },
      { version: 'learnt-20261119', inUse: true, isPrior: false, madeAt: at(3), learntUntil: at(38), people: 1799, windows: 17_930, positives: 441, figures: [], comparison: { against: older.version, from: at(38), until: at(3), horizons: compared, better: true }, learned: weights, uses: [{ since: at(3), until: null, by: null, why: 'better', reason: null }] },
      older,
      { version: 'prior-2', inUse: false, isPrior: true, madeAt: null, learntUntil: null, people: 0, windows: 0, positives: 0, figures: [], comparison: null, learned: [], uses: [{ since: at(120), until: at(14), by: null, why: 'beginning', reason: null }] },
    ],
  }
  const status: LearningStatus = {
    state: 'idle',
    inUse: { version: 'learnt-20261119', since: at(3), pinned: false, isPrior: false },
    reread: null,
    lastRun: { startedAt: at(0.71), finishedAt: at(0.7), by: null, outcome: 'old_kept', version: 'learnt-20261121', people: 1838, signals: 48_212, outcomes: 458, needed: 60 },
    nextAt: at(-0.3),
    timeZone: 'Asia/Kolkata',
  }
  return { report, models, status }
}

/** Answers what a page asks of learning as `learntHouse` would, versions put in use included; everything else goes to the product. */
export async function serveLearntHouse(page: Page): Promise<void> {
  const answer = await page.request.get(new URL('/api/v1/conversations?queue=all&limit=30', page.url()).href)
  const { items } = await answer.json() as ConversationPage
  const house = learntHouse(items, Date.now())
  let { models, status } = house
  await page.route(url => url.pathname.startsWith('/api/v1/learning'), async (route) => {
    const url = new URL(route.request().url())
    const path = url.pathname.slice('/api/v1/learning'.length)
    if (path === '/report') return route.fulfill({ json: house.report(Number(url.searchParams.get('weeks') ?? 13)) })
    if (path === '/learn') {
      status = { ...status, state: 'asked' }
      return route.fulfill({ status: 202, json: status })
    }
    const version = /^\/models\/([^/]+)\/use$/.exec(path)?.[1]
    if (version !== undefined) {
      const { replacing, pinned } = route.request().postDataJSON() as { replacing: string, pinned: boolean }
      if (replacing !== models.inUse && version !== models.inUse) return route.fulfill({ status: 409, json: { error: { code: 'stale', message: 'Another model was put in use meanwhile.' } } })
      models = { inUse: version, pinned, models: models.models.map(model => ({ ...model, inUse: model.version === version })) }
      status = { ...status, inUse: { ...status.inUse, version, pinned } }
    }
    return route.fulfill({ json: path.startsWith('/models') ? models : status })
  })
}
