import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'

export interface WaitingCustomer {
  /** When she wrote. */
  at: Date
  /** The lanes of the conversation that is to have this id. */
  lanes: (id: string) => Partial<Conversation['lanes'][number]>[]
  /** @default `at` */
  waitingSince?: Date | null
}

/** Priya of Mumbai, who has said hello to the house and waits for an answer, written straight into the store. Gives her conversation's id. */
export async function waitingCustomer({ models, newId }: Context, { at, lanes, waitingSince = at }: WaitingCustomer): Promise<string> {
  const id = newId()
  await models.customers.create({ _id: `c-${id}`, name: 'Priya', nameSource: 'profile', timeZone: 'Asia/Kolkata', createdAt: at, revision: 1 })
  await models.conversations.create({
    _id: id,
    customerId: `c-${id}`,
    name: 'Priya',
    storeIds: ['mumbai'],
    storeId: 'mumbai',
    channel: 'whatsapp',
    lanes: lanes(id),
    firstAt: at,
    lastAt: at,
    lastInboundAt: at,
    waitingSince,
    preview: { text: 'Hello', kind: 'text', mine: false },
    revision: 1,
  })
  return id
}
