import type { TestHouse } from '../testing/harness.ts'
import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInbox } from './testing/house.ts'
import { aMessage, aNote, aSignal, put, putPerson } from './testing/people.ts'

let house: TestHouse
beforeAll(async () => {
  house = await startInbox()
  await putPerson(house.ctx.models, { _id: 'hers' }, {}, '+919876544410')
  await put(house.ctx.models, { messages: [aMessage({ _id: 'm1', conversationId: 'hers' })], signals: [aSignal({ _id: 's1', conversationId: 'hers' })], notes: [aNote({ _id: 'n1', conversationId: 'hers' })] })
  await putPerson(house.ctx.models, { _id: 'owned', storeIds: ['mumbai'], ownerId: 'bilal' })
  await putPerson(house.ctx.models, { _id: 'merged', mergedInto: 'hers' })
})
afterAll(() => house.close())

type Request = { method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT', path: string, payload?: object }
const body = { clientId: 'client-0001', text: 'x' }
/** Every route that names one conversation or customer. */
const routes: Request[] = [
  { method: 'GET', path: '/conversations/ID' },
  { method: 'PATCH', path: '/conversations/ID', payload: { state: 'closed' } },
  { method: 'POST', path: '/conversations/ID/read', payload: {} },
  { method: 'GET', path: '/conversations/ID/thread' },
  { method: 'GET', path: '/conversations/ID/thread?since=0' },
  { method: 'GET', path: '/conversations/ID/messages' },
  { method: 'GET', path: '/conversations/ID/draft' },
  { method: 'PUT', path: '/conversations/ID/draft', payload: { text: 'x', laneId: null } },
  { method: 'POST', path: '/conversations/ID/notes', payload: body },
  { method: 'GET', path: '/customers/customer-of-ID' },
  { method: 'PATCH', path: '/customers/customer-of-ID', payload: { name: 'Nobody' } },
  { method: 'GET', path: '/customers/customer-of-ID/timeline' },
  { method: 'GET', path: '/customers/customer-of-ID/readiness' },
]
/** Those that stand with sending, joining and learning, and ask for more than the small house of this file has. */
const routesElsewhere: Request[] = [
  { method: 'GET', path: '/conversations/ID/gate?laneId=lane-1' },
  { method: 'POST', path: '/conversations/ID/messages', payload: { clientId: 'client-0001', laneId: 'lane-1', content: { kind: 'text', text: 'x' } } },
  { method: 'DELETE', path: '/conversations/ID/messages/m1' },
  { method: 'POST', path: '/conversations/ID/messages/m1/retry' },
  { method: 'GET', path: '/customers/customer-of-ID/merges' },
  { method: 'GET', path: '/customers/customer-of-ID/readiness/explain' },
  { method: 'GET', path: '/customers/customer-of-ID/readiness/replay?day=2026-03-02' },
]
const lists: Request[] = ['/queues', '/conversations', '/search?q=priya', '/changes?since=0', '/customers'].map(path => ({ method: 'GET', path }))

async function ask(headers: Record<string, string>, { method, path, payload }: Request, id = 'hers') {
  return house.inject({ method, url: `/api/v1${path.replace('ID', id)}`, headers, ...(payload ? { payload } : {}) })
}

async function status(headers: Record<string, string>, route: Request, id = 'hers'): Promise<number> {
  return (await ask(headers, route, id)).statusCode
}

describe('who may', () => {
  it.each([...routes, ...routesElsewhere])('$method $path: nobody of another store, and they learn nothing of it', async (route) => {
    const headers = await house.signIn('bilal')
    const [hers, nobodys] = [await ask(headers, route), await ask(headers, route, 'nobody')]
    expect(hers.statusCode).toBe(404)
    expect(hers.body).toBe(nobodys.body)
  })

  it.each([...routes, ...lists])('$method $path: no stranger', async (route) => {
    expect(await status({}, route)).toBe(401)
  })

  it.each([...routes, ...lists])('$method $path: no key without its scope', async (route) => {
    expect(await status(await house.key('read:deliveries'), route)).toBe(403)
  })

  it.each(routes.filter(route => route.method === 'GET'))('$method $path: people of its store, its owner wherever they work, administrators', async (route) => {
    expect(await status(await house.signIn('asha'), route)).toBe(200)
    expect(await status(await house.signIn('dana'), route)).toBe(200)
    expect(await status(await house.signIn('bilal'), route, 'owned')).toBe(200)
  })

  it('a key with the scope reads everything, whole, and writes only with the scope for that', async () => {
    const key = await house.key('read:conversations', 'read:customers')
    for (const path of ['/conversations/ID/thread', '/conversations/ID/messages', '/customers/customer-of-ID/timeline']) expect(await status(key, { method: 'GET', path })).toBe(200)
    const answer = await house.inject({ url: '/api/v1/customers/customer-of-hers', headers: key })
    expect(answer.json()).toMatchObject({ addresses: [{ value: '+919876544410' }] })
    expect(await status(key, { method: 'PATCH', path: '/conversations/ID', payload: { state: 'open' } })).toBe(403)
    expect(await status(key, { method: 'POST', path: '/conversations/ID/notes', payload: body })).toBe(403)
  })

  it('nobody opens what was merged into another', async () => {
    expect(await status(await house.signIn('dana'), { method: 'GET', path: '/conversations/ID' }, 'merged')).toBe(404)
  })
})

describe('hostile input', () => {
  const coded = (text: string) => Buffer.from(text).toString('base64url')
  it.each([
    '/conversations?q[$ne]=x',
    '/conversations?queue[$gt]=',
    '/conversations?queue=__proto__',
    '/conversations?storeId[$regex]=.*',
    '/conversations?storeId={"$gt":""}',
    '/conversations?__proto__[polluted]=1',
    '/conversations?constructor=1',
    '/conversations?q=a&q=b',
    '/conversations?limit=0',
    '/conversations?limit=-1',
    '/conversations?limit=1e9',
    '/conversations?limit=NaN',
    '/conversations?limit=1.5',
    '/conversations?limit=20&limit=30',
    '/conversations?cursor=x',
    `/conversations?cursor=${coded('c1.0.{"$gt":""}')}`,
    `/conversations?cursor=${'A'.repeat(5000)}`,
    `/conversations?q=${'a'.repeat(201)}`,
    '/search',
    '/search?q=%20',
    '/search?q[]=a',
    '/changes',
    '/changes?since=-1',
    '/changes?since=x',
    '/changes?since=99999999999999999999',
    '/conversations/hers/thread?limit=100000',
    '/conversations/hers/thread?since[$gt]=0',
    `/conversations/hers/thread?cursor=${coded('c1.0.a')}`,
    '/conversations/hers/messages?since=1',
    '/conversations/%7B%22$ne%22:null%7D',
    `/conversations/${'a'.repeat(65)}`,
    '/customers?limit=201',
    '/customers/hers$/timeline',
    '/customers/customer-of-hers/timeline?cursor=%00',
  ])('in %s is refused with a sentence', async (path) => {
    const answer = await house.inject({ url: `/api/v1${path}`, headers: await house.signIn('dana') })
    expect([path, answer.statusCode]).toEqual([path, 400])
    expect(answer.json().error).toMatchObject({ code: 'invalid', message: expect.any(String) })
  })

  it.each<Request>([
    { method: 'PATCH', path: '/conversations/ID', payload: { ownerId: { $ne: null } } },
    { method: 'PATCH', path: '/conversations/ID', payload: { state: 'gone' } },
    { method: 'PATCH', path: '/conversations/ID', payload: { snoozedUntil: 'tomorrow' } },
    { method: 'PATCH', path: '/conversations/ID', payload: { snoozedUntil: '+275760-09-13T00:00:00.000Z' } },
    { method: 'POST', path: '/conversations/bulk', payload: { ids: [], patch: {} } },
    { method: 'POST', path: '/conversations/bulk', payload: { ids: Array.from({ length: 201 }).fill('x'), patch: {} } },
    { method: 'POST', path: '/conversations/bulk', payload: { ids: [{ $gt: '' }], patch: {} } },
    { method: 'PUT', path: '/conversations/ID/draft', payload: { text: { $gt: '' }, laneId: null } },
    { method: 'POST', path: '/conversations/ID/notes', payload: { clientId: '../../etc', text: 'x' } },
    { method: 'POST', path: '/conversations/ID/notes', payload: { clientId: 'client-0001', text: ' ' } },
    { method: 'PATCH', path: '/customers/customer-of-ID', payload: { name: '' } },
    { method: 'PATCH', path: '/customers/customer-of-ID', payload: { tags: [{ $each: ['x'] }] } },
    { method: 'PATCH', path: '/customers/customer-of-ID', payload: { tags: Array.from({ length: 31 }, (_, i) => `t${i}`) } },
  ])('$method $path with $payload changes nothing', async (route) => {
    const before = await house.ctx.models.conversations.findById('hers').lean()
    expect(await status(await house.signIn('dana'), route)).toBe(400)
    expect(await house.ctx.models.conversations.findById('hers').lean()).toEqual(before)
  })

  it('in a body has no effect where it names what cannot be changed', async () => {
    const headers = await house.signIn('dana')
    const payload = JSON.parse('{"state":"open","revision":99999,"boxes":["all|ready"],"$set":{"ownerId":"dana"},"__proto__":{"ownerId":"dana"},"constructor":{"prototype":{"x":1}}}') as object
    expect(await house.inject({ method: 'PATCH', url: '/api/v1/conversations/owned', headers, payload })).toMatchObject({ statusCode: expect.any(Number) })
    expect(await house.ctx.models.conversations.findById('owned').lean()).toMatchObject({ ownerId: 'bilal', revision: 1 })
    expect(({} as { ownerId?: string }).ownerId).toBeUndefined()
  })

  it('that is typed into a search finds nobody and breaks nothing', async () => {
    const headers = await house.signIn('dana')
    for (const typed of ['.*', '^', '(', '[a-z]+', '$where', '\\', '%', '\u0000', '٪', '🙂', '(((((((((((((((((((((a+)+)+)+', '‮evil', 'a\uD800'.toWellFormed()]) {
      const answer = await house.inject({ url: `/api/v1/search?q=${encodeURIComponent(typed)}`, headers })
      expect([typed, answer.statusCode]).toEqual([typed, 200])
      expect(answer.json().items).toEqual([])
    }
  })
})

describe('searching for people', () => {
  const search = async (headers: Record<string, string>, path: string) => house.inject({ url: `/api/v1${path}`, headers })

  it('is enough for typing and too little for trying out numbers: 120 times a minute each, whichever way, and the answer says what to do', async () => {
    const headers = await house.signIn('chen')
    const answers = await Promise.all(Array.from({ length: 120 }, (_, i) => search(headers, `${['/search', '/conversations', '/customers'][i % 3]}?q=98${i}`)))
    expect(new Set(answers.map(answer => answer.statusCode))).toEqual(new Set([200]))
    for (const path of ['/search?q=44', '/conversations?q=44', '/customers?q=44']) {
      const refused = await search(headers, path)
      expect(refused.statusCode).toBe(429)
      expect(refused.json().error).toMatchObject({ code: 'too_many', message: expect.stringContaining('Wait a minute, then search again') })
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await search(headers, '/conversations')).statusCode).toBe(200)
    expect((await search(await house.signIn('asha'), '/search?q=44')).statusCode).toBe(200)
  })

  it('is not counted for a key', async () => {
    const headers = await house.key('read:conversations')
    const answers = await Promise.all(Array.from({ length: 125 }, (_, i) => search(headers, `/search?q=98${i}`)))
    expect(answers.every(answer => answer.statusCode === 200)).toBe(true)
  })
})
