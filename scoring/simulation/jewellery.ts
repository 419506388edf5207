import type { ReplaySignal } from '../replay.ts'
import type { Random } from './random.ts'
import { dayMs } from '../state.ts'

/** What is hidden in a real house: where a person truly stands. */
const phases = ['away', 'browsing', 'considering', 'deciding', 'gone'] as const
type Phase = typeof phases[number]

type Segment = {
  share: number
  /** Chance a day of moving from one phase to another. */
  moves: Record<Exclude<Phase, 'gone'>, Partial<Record<Phase, number>>>
  /** Chance a day of a visit or purchase in the phase; festivals multiply it. */
  comes: Partial<Record<Phase, number>>
  /** How much of the ordinary chatter they show. */
  talk: number
  /** How much more they do around festivals. */
  festive: number
}

/**
 * Kinds of customers of a jewellery house. Invented numbers with the trade's shape: browsers who never come, brides who take months, gift
 * buyers who take days, buyers who say nothing before they come, people who ask for every price and buy nothing.
 */
const segments: Record<string, Segment> = {
  browser: { share: 0.4, talk: 1, festive: 1.2, comes: { considering: 0.004 }, moves: { away: { browsing: 0.02, gone: 0.006 }, browsing: { away: 0.09, considering: 0.006, gone: 0.008 }, considering: { browsing: 0.06, away: 0.05 }, deciding: { away: 0.1 } } },
  bride: { share: 0.18, talk: 1.3, festive: 1.5, comes: { considering: 0.01, deciding: 0.07 }, moves: { away: { browsing: 0.04, gone: 0.002 }, browsing: { away: 0.04, considering: 0.03 }, considering: { away: 0.02, deciding: 0.025, gone: 0.002 }, deciding: { considering: 0.03, away: 0.01 } } },
  gift: { share: 0.15, talk: 0.9, festive: 3, comes: { considering: 0.05, deciding: 0.2 }, moves: { away: { browsing: 0.006, gone: 0.002 }, browsing: { away: 0.08, considering: 0.12 }, considering: { deciding: 0.15, away: 0.06 }, deciding: { away: 0.1 } } },
  silent: { share: 0.12, talk: 0.15, festive: 1.5, comes: { considering: 0.02, deciding: 0.1 }, moves: { away: { browsing: 0.01, gone: 0.002 }, browsing: { away: 0.04, considering: 0.04 }, considering: { deciding: 0.04, away: 0.03 }, deciding: { away: 0.05 } } },
  kicker: { share: 0.15, talk: 2.2, festive: 1, comes: { deciding: 0.003 }, moves: { away: { browsing: 0.05, gone: 0.01 }, browsing: { away: 0.08, considering: 0.08 }, considering: { away: 0.08, deciding: 0.03 }, deciding: { away: 0.12 } } },
}

/** Signals a day in each phase, before `talk`: [type, rate]. */
const chatter: Record<Phase, readonly (readonly [string, number])[]> = {
  away: [['like', 0.01], ['read', 0.02]],
  browsing: [['piece_viewed', 0.25], ['catalogue_opened', 0.1], ['like', 0.08], ['message', 0.05], ['story_reply', 0.02]],
  considering: [['piece_viewed', 0.35], ['question', 0.1], ['price_asked', 0.07], ['image', 0.05], ['voice', 0.03], ['wishlist', 0.04], ['compared', 0.04], ['message', 0.1]],
  deciding: [['piece_viewed', 0.3], ['price_asked', 0.1], ['question', 0.1], ['voice', 0.05], ['locator', 0.06], ['directions', 0.04], ['appointment_asked', 0.04], ['appointment_booked', 0.04], ['call', 0.05], ['message', 0.1]],
  gone: [],
}

const sources = [['instagram', 4], ['ad', 3], ['store_qr', 2], ['referral', 1]] as const

export type Truth = { customerId: string, segment: string, /** Hidden phase at the end of each day since they appeared; -1 before. */ phaseOn: Int8Array, appears: number }

export type SimulatedHouse = {
  signals: ReplaySignal[]
  truths: Truth[]
  startMs: number
  days: number
  /** The true chance that a person comes within `horizonDays` after day `day`: exact, from the hidden phase. */
  chanceOf: (truth: Truth, day: number, horizonDays: number) => number
}

/** Festival strength on a day: two seasons a year, three weeks each. */
export function festivalOn(day: number): boolean {
  const inYear = day % 365
  return (inYear >= 105 && inYear < 126) || (inYear >= 285 && inYear < 310)
}

/**
 * A house over `days` days with `size` customers. Each is one of the segments, moves through hidden phases day by day, leaves signals by the phase, is followed
 * up when quiet, and comes or not. Since the phases are a Markov chain, the true chance of coming is known exactly.
 */
export function simulateHouse(random: Random, size: number, days: number, startMs = Date.UTC(2023, 0, 1)): SimulatedHouse {
  const signals: ReplaySignal[] = []
  const truths: Truth[] = []
  for (let person = 0; person < size; person++) {
    const customerId = `c${person}`
    const segment = random.pick(Object.entries(segments).map(([name, { share }]) => [name, share] as const))
    const appears = Math.floor(random.next() ** 0.8 * days * 0.9)
    truths.push(live(random, signals, { customerId, segment, phaseOn: new Int8Array(days).fill(-1), appears }, startMs, days))
  }
  return { signals, truths, startMs, days, chanceOf: (truth, day, horizon) => trueChance(truth, day, horizon) }
}

function live(random: Random, signals: ReplaySignal[], truth: Truth, startMs: number, days: number): Truth {
  const { segment, customerId } = truth
  const nature = segments[segment]!
  const favourite = `piece-${Math.floor(random.next() * 200)}`
  let phase: Phase = 'browsing'
  let quiet = 0
  let unanswered = 0
  const say = (day: number, type: string, meta?: ReplaySignal['meta']) => {
    signals.push({ customerId, type, at: startMs + Math.round((day + 0.35 + random.next() * 0.5) * dayMs), ...(meta ? { meta } : {}) })
  }
  say(truth.appears, 'inquiry', { source: random.pick(sources) })
  for (let day = truth.appears; day < days; day++) {
    let spoke = false
    for (const [type, rate] of chatter[phase]) {
      if (!random.chance(Math.min(0.9, rate * nature.talk))) continue
      say(day, type, type === 'piece_viewed' ? { pieceId: random.chance(0.5) ? favourite : `piece-${Math.floor(random.next() * 200)}` } : undefined)
      spoke = spoke || type !== 'read'
    }
    if (random.chance(cameChance(nature, phase, day))) {
      say(day, random.chance(0.55) ? 'walk_in' : 'purchase', { amount: Math.round(Math.exp(10 + random.normal())) })
      phase = random.chance(0.5) ? 'away' : 'considering'
      spoke = true
    }
    if (spoke) { quiet = 0; unanswered = 0 }
    else if (++quiet > 10 && unanswered < 6 && random.chance(0.04)) {
      say(day, 'touch_followup')
      // An answer to a follow-up is the likelier the fewer stand unanswered, and says little of readiness.
      if (phase !== 'gone' && random.chance(0.35 * 0.75 ** unanswered * Math.min(1, nature.talk))) { say(day + 1, 'message'); quiet = 0; unanswered = 0 }
      else { unanswered++ }
    }
    phase = moved(random, nature, phase)
    truth.phaseOn[day] = phases.indexOf(phase)
  }
  return truth
}

function moved(random: Random, nature: Segment, phase: Phase): Phase {
  if (phase === 'gone') return phase
  let at = random.next()
  for (const [to, p] of Object.entries(nature.moves[phase])) { at -= p; if (at < 0) return to as Phase }
  return phase
}

function cameChance(nature: Segment, phase: Phase, day: number): number {
  return (nature.comes[phase] ?? 0) * (festivalOn(day) ? nature.festive : 1)
}

function trueChance(truth: Truth, day: number, horizonDays: number): number {
  const nature = segments[truth.segment]!
  const start = truth.phaseOn[day]!
  if (start < 0) return 0
  let odds: number[] = phases.map((_, i) => i === start ? 1 : 0)
  let came = 0
  for (let d = day + 1; d <= day + horizonDays; d++) {
    odds = odds.map((p, i) => { const c = p * Math.min(1, cameChance(nature, phases[i]!, d)); came += c; return p - c })
    const next: number[] = odds.map(() => 0)
    odds.forEach((p, i) => {
      const from = phases[i]!
      let stays = 1
      if (from !== 'gone') {
        for (const [to, q] of Object.entries(nature.moves[from])) { next[phases.indexOf(to as Phase)]! += p * q; stays -= q }
      }
      next[i]! += p * stays
    })
    odds = next
  }
  return came
}
