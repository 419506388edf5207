import type { SendBody } from '#contracts'
import type { Conversation, Message } from '../../models/index.ts'
import type { TestHouse } from '../../testing/harness.ts'
import { expect, vi } from 'vitest'
import { startTestHouse } from '../../testing/harness.ts'
import { waitingCustomer } from '../../testing/waiting-customer.ts'

export const hour = 3_600_000
/** Noon in Mumbai, so that quiet hours do not speak. */
const noon = Date.UTC(2026, 10, 20, 6, 30)

/** What a provider was asked. */
export interface Call { url: string, body: { type?: string, text?: { body: string }, biz_opaque_callback_data?: string } }
export type Answer = (call: Call) => Response | Promise<Response>

export const accepted = (id: string) => Response.json({ messaging_product: 'whatsapp', messages: [{ id }] })
export const refused = (status: number, code: number) => Response.json({ error: { message: 'no', code } }, { status })
/** What the provider calls a message of ours, unless a test says otherwise. */
export const nameOf = (id: string | undefined) => `wamid.${id}`
export const laneOf = (id: string) => `lane-${id}`

/** The small house with a provider that a test plays, and what tests do in it. */
export interface OutboxHouse {
  house: TestHouse
  now: () => number
  calls: Call[]
  /** How the provider answers; takes everything after `forget`. */
  answer: Answer
  /** Forgets calls and answers of an earlier test. */
  forget: () => void
  /** A conversation of its own, with a lane of its own, for the pace of a lane is remembered. Gives its id. */
  aConversation: (changes?: { windowClosesAt?: Date | null, waitingSince?: Date | null, channelId?: string }) => Promise<string>
  /** What a test sends; a text unless it says otherwise. */
  body: (changes?: Partial<SendBody>) => Omit<SendBody, 'laneId'>
  send: (conversationId: string, payload: Omit<SendBody, 'laneId'> & { laneId?: string }) => ReturnType<TestHouse['inject']>
  /** Sends and leaves the undo time out. Gives the message's id. */
  sent: (conversationId: string, payload?: Omit<SendBody, 'laneId'>) => Promise<string>
  /** Asks the sender to leave the undo time out, so that a test need not wait for it. */
  hurry: (messageId: string) => Promise<void>
  act: (method: 'POST' | 'DELETE' | 'GET', path: string) => ReturnType<TestHouse['inject']>
  message: (id: string) => Promise<Message | null>
  conversation: (id: string) => Promise<Conversation | null>
  status: (id: string) => Promise<Message['status'] | undefined>
  until: (check: () => Promise<unknown>) => Promise<void>
}

export async function startOutbox(): Promise<OutboxHouse> {
  const started = Date.now()
  const now = () => noon + (Date.now() - started)
  let clientIds = 0
  const takesAll: Answer = call => accepted(nameOf(call.body.biz_opaque_callback_data))
  const play: Pick<OutboxHouse, 'calls' | 'answer'> = { calls: [], answer: takesAll }
  const house = await startTestHouse({
    now,
    random: () => 0,
    fetch: async (url, init) => {
      const call = { url, body: JSON.parse(String(init?.body)) as Call['body'] }
      play.calls.push(call)
      return play.answer(call)
    },
  })
  const { models, bus } = house.ctx
  const headers = await house.signIn('asha')

  const outbox: OutboxHouse = Object.assign(play, {
    house,
    now,
    forget() {
      play.calls = []
      play.answer = takesAll
    },
    aConversation({ channelId = 'wa-mumbai', windowClosesAt = new Date(now() + 20 * hour), waitingSince } = {}) {
      const at = new Date(now() - hour)
      return waitingCustomer(house.ctx, {
        at,
        lanes: id => [{ id: laneOf(id), channelId, channel: 'whatsapp', storeId: 'mumbai', addressKey: 'phone:+919820000001', wire: '919820000001', lastInboundAt: at, windowClosesAt, blocked: false }],
        ...waitingSince === undefined ? {} : { waitingSince },
      })
    },
    body: (changes = {}) => ({ clientId: `client-${++clientIds}-x`, content: { kind: 'text', text: 'It is still here.' }, ...changes }),
    send: (id, payload) => house.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers, payload: { laneId: laneOf(id), ...payload } }),
    async sent(id, payload = outbox.body()) {
      const response = await outbox.send(id, payload)
      expect(response.statusCode, response.body).toBe(201)
      const { id: messageId } = response.json<{ id: string }>()
      await outbox.hurry(messageId)
      return messageId
    },
    async hurry(id) {
      await models.outbox.updateOne({ _id: id }, { $set: { dueAt: new Date(now()) } })
      bus.emit('outbox.due', { at: new Date(now()) })
    },
    act: (method, path) => house.inject({ method, url: `/api/v1/${path}`, headers }),
    message: id => models.messages.findById(id).lean<Message>(),
    conversation: id => models.conversations.findById(id).lean<Conversation>(),
    status: async id => (await outbox.message(id))?.status,
    until: async (check) => { await vi.waitFor(async () => expect(await check()).toBeTruthy(), { timeout: 10_000, interval: 30 }) },
  } satisfies Omit<OutboxHouse, 'calls' | 'answer'>)
  return outbox
}
