import type { Conversation, Customer, Message, StoredSignal } from '../../server/models/index.ts'
import type { Context } from '../../server/platform/context.ts'
import type { Figure } from './measure.ts'
import { sessionCookieName } from '../../server/accounts/cookies.ts'
import { createSession } from '../../server/accounts/sessions.ts'
import { boxesOf, searchKeysOf } from '../../server/conversations/index.ts'
import { fillSmallHouse, smallHouse } from '../../server/testing/small-house.ts'
import { freePort, houseEnvironment, removeDirectory, scratchDirectory, startProduct, withHouse } from '../support/product.ts'
import { atMost, quantile } from './measure.ts'

const messagesEach = 10
const requests = 400
const day = 86_400_000
const lanes = smallHouse.channels.filter(channel => channel.channel === 'whatsapp')
const marks = ['ready', 'warming', 'steady', 'let_be', 'owner'] as const

function hex(n: number, prefix: string): string {
  return prefix + n.toString(16).padStart(24 - prefix.length, '0')
}

/** Person `i` of a big house, as intake would have left them: one conversation, ten messages, two signals. */
function personOf(i: number, people: number, now: number) {
  const lane = lanes[i % lanes.length]!
  const customerId = hex(i, 'c')
  const conversationId = hex(i, 'd')
  const laneId = `${lane.id}:${i}`
  const lastAt = new Date(now - (i * 7_919 % people) * (180 * day / people))
  const waiting = i % 11 === 0
  const standing = { state: 'open', snoozedUntil: null, waitingSince: waiting ? lastAt : null, mark: marks[i % marks.length]!, nextAction: i % 40 === 0 ? 'ready' : 'wait', ownerId: i % 3 === 0 ? 'asha' : null, storeIds: [lane.storeId ?? 'mumbai'] } as const
  const name = `Customer ${i}`
  const phone = `9198${20_000_000 + i}`
  const customer: Partial<Customer> = { _id: customerId, name, nameSource: 'profile', tags: [], pieces: [], line: [], createdAt: lastAt, revision: i, optedOutAt: null }
  const conversation: Partial<Conversation> = {
    ...standing,
    storeIds: [...standing.storeIds],
    _id: conversationId,
    customerId,
    name,
    storeId: lane.storeId,
    channel: 'whatsapp',
    lanes: [{ id: laneId, channelId: lane.id, channel: 'whatsapp', storeId: lane.storeId, addressKey: `phone:+${phone}`, wire: phone, lastInboundAt: lastAt, windowClosesAt: new Date(lastAt.getTime() + day), lastOutboundAt: null, blocked: false }],
    firstAt: new Date(lastAt.getTime() - 30 * day),
    lastAt,
    lastInboundAt: lastAt,
    lastOutboundAt: null,
    unread: waiting ? 1 : 0,
    preview: { text: `Is the halo ring still there? ${i}`, kind: 'text', mine: false },
    tags: [],
    stage: 'considering',
    momentum: 'steady',
    p7: (i % 100) / 100,
    boxes: boxesOf({ ...standing, storeIds: [...standing.storeIds], tags: [] }, now),
    searchKeys: searchKeysOf({ name, tags: [], addresses: [{ kind: 'phone', value: `+${phone}` }] }),
    mergedInto: null,
    revision: i,
  }
  const messages: Partial<Message>[] = Array.from({ length: messagesEach }, (_, j) => ({
    _id: hex(i * messagesEach + j, 'e'),
    conversationId,
    customerId,
    laneId,
    channelId: lane.id,
    direction: j % 2 ? 'out' : 'in',
    author: j % 2 ? { kind: 'advisor', id: 'asha', name: 'Asha' } : { kind: 'customer', id: null, name: null },
    kind: 'text',
    at: new Date(lastAt.getTime() - (messagesEach - j) * 3_600_000),
    providerId: `wamid.${i}.${j}`,
    text: 'Could you tell me whether the halo ring is still in the Bandra shop, and until when I could come?',
    attachments: [],
    extra: {},
    pieceSkus: [],
    replyTo: null,
    reactions: [],
    forwarded: false,
    editedAt: null,
    deletedAt: null,
    status: j % 2 ? 'read' : null,
    failure: null,
    undoUntil: null,
    clientId: null,
    override: null,
    fetchAt: null,
    fetchAttempts: 0,
    revision: i,
  }))
  const signals: Partial<StoredSignal>[] = [0, 1].map(j => ({ _id: hex(i * 2 + j, 'f'), customerId, conversationId, type: 'piece_viewed', at: new Date(lastAt.getTime() - j * day), meta: { pieceId: 'r-221', pieceName: 'Solitaire R-221' }, revision: i }))
  return { customer, conversation, messages, signals }
}

async function fill(ctx: Context, people: number, log: (line: string) => void): Promise<{ administrator: string, advisor: string }> {
  await fillSmallHouse(ctx.models)
  const { customers, conversations, messages, signals, counters } = ctx.models
  const batch = 500
  for (let from = 0; from < people; from += batch) {
    const some = Array.from({ length: Math.min(batch, people - from) }, (_, i) => personOf(from + i, people, ctx.now()))
    await Promise.all([
      customers.collection.insertMany(some.map(one => one.customer) as never[]),
      conversations.collection.insertMany(some.map(one => one.conversation) as never[]),
      messages.collection.insertMany(some.flatMap(one => one.messages) as never[]),
      signals.collection.insertMany(some.flatMap(one => one.signals) as never[]),
    ])
    if (from % 20_000 === 0 && from) log(`  … ${from} customers written`)
  }
  await counters.updateOne({ _id: 'revision' }, { $set: { value: people } }, { upsert: true })
  const cookieOf = async (id: string) => `${sessionCookieName(ctx.config)}=${(await createSession(ctx, id)).token}`
  return { administrator: await cookieOf('dana'), advisor: await cookieOf('omar') }
}

interface Timings { list: number[], deepList: number[], storeList: number[], thread: number[] }

async function time(url: string, cookie: string): Promise<{ ms: number, body: { items: { id: string }[], nextCursor: string | null } }> {
  const begun = performance.now()
  const response = await fetch(url, { headers: { cookie } })
  const body = await response.json() as { items: { id: string }[], nextCursor: string | null }
  if (response.status !== 200 || body.items.length === 0) throw new Error(`${url} answered ${response.status} with ${body.items?.length} items`)
  return { ms: performance.now() - begun, body }
}

async function measureHouse(people: number, log: (line: string) => void): Promise<Timings> {
  const dataDir = await scratchDirectory()
  const environment = houseEnvironment(dataDir, await freePort())
  const begun = performance.now()
  const cookies = await withHouse(environment, ctx => fill(ctx, people, log))
  log(`  ${people} customers, ${people * messagesEach} messages written in ${((performance.now() - begun) / 1_000).toFixed(0)} s`)
  const loupe = await startProduct(environment, 120_000)
  const api = `${loupe.url}/api/v1`
  try {
    const timings: Timings = { list: [], deepList: [], storeList: [], thread: [] }
    const queues = ['all', 'ready', 'answer', 'warming']
    let cursor: string | null = null
    for (let i = 0; i < requests; i++) {
      const list = await time(`${api}/conversations?queue=${queues[i % queues.length]}&limit=50`, cookies.administrator)
      const deep = await time(`${api}/conversations?queue=all&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, cookies.administrator)
      const store = await time(`${api}/conversations?queue=${queues[i % queues.length]}&limit=50`, cookies.advisor)
      const thread = await time(`${api}/conversations/${hex((i * 7_907) % people, 'd')}/thread?limit=50`, cookies.administrator)
      cursor = deep.body.nextCursor
      // The first pages warm a fresh process; they are in nobody's day.
      if (i < 40) continue
      timings.list.push(list.ms)
      timings.deepList.push(deep.ms)
      timings.storeList.push(store.ms)
      timings.thread.push(thread.ms)
    }
    return timings
  }
  finally {
    await loupe.kill()
    await removeDirectory(dataDir)
  }
}

/** A page of the list and of a thread over HTTP in a house of 100,000 customers and a million messages, and what they cost in a tenth of it. */
export async function benchPages(log: (line: string) => void, people = 100_000): Promise<Figure[]> {
  const small = await measureHouse(people / 10, log)
  const big = await measureHouse(people, log)
  const names = { list: 'list page', deepList: 'list page, deeper and deeper', storeList: 'list page over two stores', thread: 'thread page' } as const
  return (Object.keys(names) as (keyof Timings)[]).flatMap((key) => {
    const ratio = quantile(big[key], 0.5) / quantile(small[key], 0.5)
    log(`  ${names[key]}: p50 ${quantile(small[key], 0.5).toFixed(1)} → ${quantile(big[key], 0.5).toFixed(1)} ms, p99 ${quantile(small[key], 0.99).toFixed(1)} → ${quantile(big[key], 0.99).toFixed(1)} ms`)
    return [atMost(`${names[key]} p99 at ${people.toLocaleString('en')} customers`, quantile(big[key], 0.99), 60, 'ms'), atMost(`${names[key]}, cost against a tenth (p50)`, ratio, 1.5, '×', 2)]
  })
}
