import type { Conversation, Customer, Message } from '../../models/index.ts'
import type { DeskHouse } from './desk-house.ts'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { houseTime, startDeskHouse } from './desk-house.ts'

/** One desk house for all tests of a file, empty and at `houseTime` before each of them, with what they look at most. */
interface HouseOfTests {
  /** The house itself; there from the first test on. */
  desk: () => DeskHouse
  /** Conversations and people that were not joined to another, in no order. */
  rows: () => Promise<Conversation[]>
  people: () => Promise<Customer[]>
  /** Oldest first. */
  messages: () => Promise<Message[]>
  /** By name. */
  signalTypes: () => Promise<string[]>
}

/** Opens the house before the file's tests and closes it behind them. To be called at the top of the file. */
export function useDeskHouse(): HouseOfTests {
  let house: DeskHouse
  beforeAll(async () => { house = await startDeskHouse() })
  beforeEach(async () => {
    house.clock.now = houseTime
    await house.reset()
  })
  afterAll(() => house.close())
  return {
    desk: () => house,
    rows: () => house.ctx.models.conversations.find({ mergedInto: null }).lean<Conversation[]>(),
    people: () => house.ctx.models.customers.find({ mergedInto: null }).lean<Customer[]>(),
    messages: () => house.ctx.models.messages.find().sort({ at: 1, _id: 1 }).lean<Message[]>(),
    signalTypes: async () => (await house.ctx.models.signals.find().sort({ at: 1 }).lean()).map(signal => signal.type).sort(),
  }
}
