import type { Conversation, Customer, StoredSignal } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { Study, StudyAsk } from '../study.ts'
import { randomFrom, simulateHouse } from '#scoring'
import { aConversation, aCustomer, put } from '../../conversations/testing/people.ts'
import { readHouse } from '../read-house.ts'
import { studyHouse } from '../study.ts'

const stores = [['mumbai', 'IN'], ['dubai', 'AE'], ['singapore', 'SG']] as const
const dayMs = 86_400_000
const atOnce = 1000

/** First day of the simulated house; it lives for `days`. */
export const beginning = Date.UTC(2024, 0, 1)
export const days = 460
/** The night on which it is looked at, at two in the morning in Mumbai. */
export const night = beginning + days * dayMs - 3.5 * 3_600_000

export const customerIdOf = (i: number) => `c${String(i).padStart(4, '0')}`

/** Who `fillSimulated` writes: people of three stores, each with their store's country and everything they did by `night`. */
export function simulatedPeople(size: number, seed = 7): { customers: Customer[], conversations: Conversation[], signals: StoredSignal[] } {
  const house = simulateHouse(randomFrom(seed), size, days, beginning)
  const customers: Customer[] = []
  const conversations: Conversation[] = []
  for (let i = 0; i < size; i++) {
    const [storeId, country] = stores[i % stores.length]!
    const since = new Date(beginning)
    customers.push(aCustomer({ _id: customerIdOf(i), name: `Person ${i}`, country, timeZone: null, createdAt: since }))
    conversations.push(aConversation({ _id: `row-${customerIdOf(i)}`, customerId: customerIdOf(i), name: `Person ${i}`, storeIds: [storeId], storeId, firstAt: since, lastAt: since, lastInboundAt: null }))
  }
  const storeOf = new Map(conversations.map(row => [row.customerId, row.storeId]))
  const signals = house.signals.filter(signal => signal.at <= night).map(({ customerId: simulated, type, at, meta }, n) => {
    const customerId = customerIdOf(Number(simulated.slice(1)))
    const visit = type === 'walk_in' || type === 'purchase'
    return { _id: `s${n}`, customerId, conversationId: `row-${customerId}`, type, at: new Date(at), meta: { ...meta, ...(visit ? { storeId: storeOf.get(customerId) } : {}) }, revision: 1 } as StoredSignal
  })
  return { customers, conversations, signals }
}

/** Fills a house with simulated people; nothing is folded yet. */
export async function fillSimulated(ctx: Context, size: number, seed?: number): Promise<ReturnType<typeof simulatedPeople>> {
  const made = simulatedPeople(size, seed)
  await put(ctx.models, { customers: made.customers, conversations: made.conversations })
  for (let i = 0; i < made.signals.length; i += atOnce) await put(ctx.models, { signals: made.signals.slice(i, i + atOnce) })
  return made
}

/** A study as the thread makes it, in this one. */
export function studyHere(ctx: Context) {
  return async (ask: StudyAsk): Promise<Study> => studyHouse(await readHouse(ctx.models, ask.untilMs), ask)
}
