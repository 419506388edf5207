import type { ReplaySignal, SignalMap } from '../replay.ts'
import type { Random } from './random.ts'
import { dayMs } from '../state.ts'

/** A made-up stream of another trade's kind, to see that the engine is not made for one. */
export type Kind = { signals: ReplaySignal[], map: SignalMap, outcome: string, horizonDays: number, startMs: number, days: number }

const startMs = Date.UTC(2022, 0, 1)
const at = (day: number) => startMs + Math.round(day * dayMs)

/** Everybody asks once; who signs, and how soon, depends on where they came from. */
export function leads(random: Random, size: number): Kind {
  const signals: ReplaySignal[] = []
  const origins = { search: [0.18, 12], social: [0.06, 25], paid: [0.1, 8], other: [0.02, 40] } as const
  for (let i = 0; i < size; i++) {
    const source = random.pick([['search', 3], ['social', 4], ['paid', 3], ['other', 2]] as const)
    const [signs, median] = origins[source]
    const day = random.next() * 400
    signals.push({ customerId: `l${i}`, type: 'inquiry', at: at(day), meta: { source } })
    if (random.chance(signs)) signals.push({ customerId: `l${i}`, type: 'contract', at: at(day + median * Math.exp(random.normal())) })
  }
  return { signals, map: { inquiry: { side: 'customer' }, contract: { side: 'customer', outcome: true, terminal: true } }, outcome: 'contract', horizonDays: 30, startMs, days: 400 }
}

/** Everybody asks once, by a form or a call, and ever more of them sign: a tenth as many at the beginning as at the end. */
export function growing(random: Random, size: number): Kind {
  const signals: ReplaySignal[] = []
  for (let i = 0; i < size; i++) {
    const day = random.next() * 400
    const form = random.chance(0.7)
    signals.push({ customerId: `g${i}`, type: form ? 'form' : 'call', at: at(day) })
    const signs = (form ? 0.02 : 0.04) * 10 ** Math.min(1, day / 320)
    if (random.chance(signs)) signals.push({ customerId: `g${i}`, type: 'contract', at: at(day + 10 * Math.exp(random.normal())) })
  }
  return { signals, map: { form: { side: 'customer' }, call: { side: 'customer' }, contract: { side: 'customer', outcome: true, terminal: true } }, outcome: 'contract', horizonDays: 30, startMs, days: 400 }
}

/** Long enquiries: proposals and follow-ups by the house, answers by the customer, an end by contract, refusal or withdrawal. */
export function enquiries(random: Random, size: number): Kind {
  const signals: ReplaySignal[] = []
  for (let i = 0; i < size; i++) {
    const customerId = `e${i}`
    const interest = 1 / (1 + Math.exp(-random.normal() * 1.5))
    let day = random.next() * 300
    let answers = 0
    signals.push({ customerId, type: 'inquiry', at: at(day), meta: { amount: Math.round(5000 + 20000 * random.next()) } })
    for (let step = 0; step < 25; step++) {
      day += 0.5 + random.wait(4)
      signals.push({ customerId, type: step === 0 ? 'proposal_sent' : 'followup_call', at: at(day) })
      if (random.chance(interest * 0.5)) { day += random.wait(2); signals.push({ customerId, type: 'proposal_returned', at: at(day) }); answers++ }
      if (answers > 0 && random.chance(0.25 * interest)) { day += random.wait(3); signals.push({ customerId, type: 'contract', at: at(day) }); break }
      if (random.chance(0.03)) { day += random.wait(3); signals.push({ customerId, type: 'declined', at: at(day) }); break }
      if (random.chance(0.08 * (1 - interest))) { signals.push({ customerId, type: 'withdrawn', at: at(day + 30) }); break }
    }
  }
  return {
    signals,
    map: { inquiry: { side: 'customer' }, proposal_sent: { side: 'business' }, followup_call: { side: 'business' }, proposal_returned: { side: 'customer', weight: 2 }, contract: { side: 'business', outcome: true, terminal: true }, declined: { side: 'business', terminal: true }, withdrawn: { side: 'customer', weight: -1, terminal: true } },
    outcome: 'contract',
    horizonDays: 14,
    startMs,
    days: 300,
  }
}

/** People who write in bursts, are answered, and fall silent for good one day. */
export function chats(random: Random, size: number): Kind {
  const signals: ReplaySignal[] = []
  for (let i = 0; i < size; i++) {
    const customerId = `m${i}`
    const gap = 2 * Math.exp(1.2 * random.normal())
    const leaves = 0.02 + 0.15 * random.next()
    for (let day = random.next() * 120; day < 200;) {
      const burst = 1 + Math.floor(random.wait(3))
      for (let k = 0; k < burst; k++) {
        day += random.wait(0.01)
        signals.push({ customerId, type: 'message_in', at: at(day) })
        if (random.chance(0.7)) signals.push({ customerId, type: 'message_out', at: at(day + 0.002) })
      }
      if (random.chance(leaves)) break
      day += random.wait(gap)
    }
    if (random.chance(0.3)) signals.push({ customerId, type: 'message_out', at: at(random.next() * 200) })
  }
  return { signals, map: { message_in: { side: 'customer', outcome: true }, message_out: { side: 'business' } }, outcome: 'message_in', horizonDays: 7, startMs, days: 200 }
}

/** Buyers whose world changes: half way, visits halve and what an enquiry means turns round. */
export function drifting(random: Random, size: number): Kind {
  const signals: ReplaySignal[] = []
  for (let i = 0; i < size; i++) {
    const customerId = `d${i}`
    const warm = Math.exp(0.7 * random.normal())
    const asks = random.next() < 0.5
    for (let day = random.next() * 500; day < 600; day += random.wait(25 / warm)) {
      signals.push({ customerId, type: asks ? 'ask' : 'look', at: at(day) })
      const early = day < 300
      const buys = asks === early ? 0.35 : 0.08
      if (random.chance(early ? buys : buys / 1.5)) signals.push({ customerId, type: 'purchase', at: at(day + 1 + random.wait(6)) })
      if (random.chance(0.03)) break
    }
  }
  return { signals, map: { ask: { side: 'customer', weight: 2 }, look: { side: 'customer', weight: 0.5 }, purchase: { side: 'customer', outcome: true } }, outcome: 'purchase', horizonDays: 30, startMs, days: 600 }
}

export const kinds = { leads, growing, enquiries, chats, drifting } as const
