import type { HouseImport } from '#contracts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { channels } from '#webhooks'
import { channelSettings, trustFor, verifyTokensFor } from '../platform/channels.ts'
import { startTestHouse } from '../testing/harness.ts'

const { definition } = channels.find(channel => channel.definition.settings.some(setting => setting.key === 'appSecret'))!
const network = (Object.keys(definition.networks) as (keyof typeof definition.networks)[])[0]!

const given: HouseImport = {
  name: 'Kiran & Daughters',
  tags: [{ name: 'Wedding', color: 'rose' }],
  stores: [{ id: 'pune', name: 'Pune', city: 'Pune', country: 'IN', timeZone: 'Asia/Kolkata' }],
  channels: [{ id: 'wa-pune', adapter: definition.id, channel: network, label: 'Pune', externalId: '200000000000001', handle: '+91 20 4890 1000', storeId: 'pune', settings: { accessToken: 'EAAG-own-token', appSecret: 'own-app-secret', verifyToken: 'own-verify' } }],
  advisors: [{ id: 'gita', name: 'Gita', email: 'Gita@house.example', role: 'advisor', storeIds: ['pune'], locale: 'en' }],
  pieces: [{ id: 'b-9', sku: 'B-009', name: 'Pavé bangle', detail: '18 ct rose gold', category: 'bangle', price: 99_000, currency: 'INR', imageUrl: '/pieces/b-9.svg' }],
  templates: [{ id: 't1', name: 'hello_again', language: 'en', category: 'utility', body: 'Hello {{1}}', params: ['name'] }],
  quickReplies: [{ id: 'q1', shortcut: 'hours', text: 'We are open from 10 to 8.' }],
}

describe('the house', () => {
  let house: TestHouse
  let key: Record<string, string>
  beforeAll(async () => {
    house = await startTestHouse()
    key = await house.key('write:house', 'read:house', 'manage:accounts')
  })
  afterAll(() => house.close())
  const put = (payload: object, headers = key) => house.inject({ method: 'PUT', url: '/api/v1/house', headers, payload })
  const get = async (url: string) => (await house.inject({ url: `/api/v1${url}`, headers: key })).json()

  it('is filled through the front door, as often as one likes', async () => {
    for (let time = 0; time < 2; time++)
      expect((await put(given)).json()).toEqual({ stores: 1, channels: 1, advisors: 1, pieces: 1, templates: 1, quickReplies: 1 })
    const view = await get('/house')
    expect(view).toMatchObject({ name: 'Kiran & Daughters', tags: [{ name: 'Wedding', color: 'rose' }] })
    expect(view.stores).toHaveLength(4)
    expect(view.channels).toHaveLength(6)
    expect(view.colleagues.find((one: { id: string }) => one.id === 'gita')).toEqual({ id: 'gita', name: 'Gita', role: 'advisor', storeIds: ['pune'], active: true })
  })

  it('takes nothing of a list in which somebody is to read a language that there is none of, and says in which row', async () => {
    const refused = await put({ ...given, advisors: [{ ...given.advisors![0]!, locale: 'ar' }, { id: 'hugo', name: 'Hugo', email: 'hugo@house.example', role: 'advisor', storeIds: [], locale: 'fr' }] })
    expect(refused.statusCode).toBe(400)
    expect(refused.json().error.details).toEqual([{ path: 'advisors.1.locale', problem: 'is not one of en, hi, ar, id' }])
    expect(await house.ctx.models.advisors.findById('hugo').lean()).toBeNull()
  })

  it('never gives a channel\'s secrets out again, and uses them', async () => {
    await put(given)
    const stored = await house.ctx.models.channels.findById('wa-pune').lean()
    expect(JSON.stringify(stored)).not.toMatch(/own-/)
    expect(JSON.stringify(await get('/house'))).not.toMatch(/own-|v1\./)
    expect(channelSettings(house.ctx, stored!)).toMatchObject({ accessToken: 'EAAG-own-token', senderId: '200000000000001' })
    const trust = await trustFor(house.ctx, definition.id)
    expect(trust.secrets).toContain('own-app-secret')
    expect(trust.secrets).toHaveLength(2)
    expect(await verifyTokensFor(house.ctx, definition.id)).toContain('own-verify')
  })

  it('counts a channel as repaired when it is given other settings, and only then', async () => {
    await put(given)
    const { channels } = house.ctx.models
    await channels.updateOne({ _id: 'wa-pune' }, { $set: { state: 'dead', stateReason: '190' } })
    await put(given)
    expect(await channels.findById('wa-pune').lean()).toMatchObject({ state: 'dead', stateReason: '190' })
    await put({ channels: [{ ...given.channels![0]!, settings: { ...given.channels![0]!.settings, accessToken: 'EAAG-new-token' } }] })
    expect(await channels.findById('wa-pune').lean()).toMatchObject({ state: 'live', stateReason: null, knownGoodAt: expect.any(Date) })
    await put(given)
  })

  it('keeps a channel\'s secrets when it is given again without them', async () => {
    await put(given)
    const { settings: _, ...channel } = given.channels![0]!
    await put({ channels: [{ ...channel, label: 'Pune, main' }] })
    const stored = await house.ctx.models.channels.findById('wa-pune').lean()
    expect(stored?.label).toBe('Pune, main')
    expect(channelSettings(house.ctx, stored!)).toMatchObject({ accessToken: 'EAAG-own-token' })
  })

  it('finds a piece by the beginning of any of its words, in any order and without accents', async () => {
    await put(given)
    const found = async (q: string) => (await get(`/pieces?q=${encodeURIComponent(q)}`)).items.map((piece: { sku: string }) => piece.sku)
    expect(await found('pave')).toEqual(['B-009'])
    expect(await found('BANG rose')).toEqual(['B-009'])
    expect(await found('b009')).toEqual(['B-009'])
    expect(await found('r-221')).toEqual(['R-221'])
    expect(await found('bangle platinum')).toEqual([])
    expect((await found('')).length).toBe(3)
  })

  it('gives templates and quick replies to people', async () => {
    await put(given)
    const headers = await house.signIn('advisor')
    expect((await house.inject({ url: '/api/v1/templates', headers })).json().items).toEqual([{ name: 'hello_again', language: 'en', category: 'utility', body: 'Hello {{1}}', params: ['name'] }])
    expect((await house.inject({ url: '/api/v1/quick-replies', headers })).json().items).toEqual([{ id: 'q1', shortcut: 'hours', text: 'We are open from 10 to 8.' }])
  })

  it('shows for a lane the templates of its account and those of all, and none where the network has none', async () => {
    await put({
      channels: [{ ...given.channels![0]!, settings: { accountId: 'account-1' } }],
      templates: [
        { id: 't1', name: 'hello_again', language: 'en', category: 'utility', body: 'Hello {{1}}', params: ['name'] },
        { id: 't2', name: 'hello_again', language: 'en', category: 'utility', body: 'Hello again {{1}}', params: ['name'], accountId: 'account-1' },
        { id: 't3', name: 'other_house', language: 'en', category: 'utility', body: 'Hi', params: [], accountId: 'account-2' },
      ],
    })
    const lane = (id: string, channelId: string, channel: 'whatsapp' | 'instagram') => ({ id, channelId, channel, storeId: null, addressKey: `phone:+91982000000${id.length}`, wire: '919820000001' })
    const at = new Date()
    await house.ctx.models.conversations.create({ _id: 'talk', customerId: 'c', name: 'Priya', storeIds: ['pune'], channel: 'whatsapp', lanes: [lane('own', 'wa-pune', 'whatsapp'), lane('other', 'wa-mumbai', 'whatsapp'), lane('ig', 'ig-house', 'instagram')], firstAt: at, lastAt: at, preview: { text: '', kind: 'text', mine: false } })
    const headers = await house.signIn('gita')
    const ask = async (laneId: string, who = headers) => (await house.inject({ url: `/api/v1/templates?conversationId=talk&laneId=${laneId}`, headers: who })).json()
    const bodies = async (laneId: string) => (await ask(laneId)).items.map((template: { body: string }) => template.body).sort()
    expect(await bodies('own')).toEqual(['Hello again {{1}}', 'Hello {{1}}'])
    expect(await bodies('other')).toEqual(['Hello {{1}}'])
    expect(await bodies('ig')).toEqual([])
    expect((await ask('nowhere')).error.code).toBe('not_found')
    expect((await ask('own', await house.signIn('bilal'))).error.code).toBe('not_found')
    expect((await house.inject({ url: '/api/v1/templates?laneId=own', headers })).statusCode).toBe(400)
  })

  it('is not changed by an advisor, nor by a key without the scope', async () => {
    expect((await put({ name: 'Mine' }, await house.signIn('advisor'))).statusCode).toBe(403)
    expect((await put({ name: 'Mine' }, await house.key('read:house'))).statusCode).toBe(403)
    expect((await put({ advisors: given.advisors }, await house.key('write:house'))).statusCode).toBe(403)
  })

  it('says what is wrong with what it was given', async () => {
    const wrong = await put({ stores: [{ ...given.stores![0], country: 'India' }] })
    expect(wrong.statusCode).toBe(400)
    expect(wrong.json().error.details[0]).toMatchObject({ path: 'stores.0.country' })
    expect((await put({ channels: [{ ...given.channels![0], adapter: 'telegraph' }] })).json().error.message).toContain('telegraph')
    expect((await put({ pieces: [{ ...given.pieces![0], imageUrl: 'javascript:alert(1)' }] })).statusCode).toBe(400)
    expect((await put({ advisors: [{ ...given.advisors![0], id: 'gita-2' }] })).statusCode).toBe(409)
  })

  it('signs people out whose stores it changes', async () => {
    await put(given)
    const gita = await house.signIn('gita')
    await put(given)
    expect((await house.inject({ url: '/api/v1/house', headers: gita })).statusCode).toBe(200)
    await put({ advisors: [{ ...given.advisors![0]!, storeIds: [] }] })
    expect((await house.inject({ url: '/api/v1/house', headers: gita })).statusCode).toBe(401)
  })
})
