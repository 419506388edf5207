import { describe, expect, it } from 'vitest'
import { channelSealPurpose } from '../platform/channels.ts'
import { nextDeliveries, takeIn } from './batch.ts'
import { instagramBody, instagramOptInBody, whatsappAccountBody, whatsappBody, whatsappEchoBody, whatsappStatusBody } from './testing/bodies.ts'
import { atOnce, houseTime } from './testing/desk-house.ts'
import { useDeskHouse } from './testing/house-of-tests.ts'

const minute = 60_000
const hour = 60 * minute

const { desk, rows, people, messages, signalTypes } = useDeskHouse()

describe('what is delivered', () => {
  it('twice is there once, whole or in other batches', async () => {
    const { store, takeAll } = desk()
    const writings = [1, 2, 3].map(n => ({ id: `wamid.${n}`, at: houseTime - n * minute, text: `Message ${n}` }))
    await store({ body: whatsappBody(writings) })
    await takeAll()
    const before = await desk().picture()
    await store({ body: whatsappBody([writings[2]!, writings[0]!]) }, { body: whatsappBody([writings[1]!]) })
    await takeAll()
    expect(await desk().picture()).toEqual(before)
    expect((await rows())[0]).toMatchObject({ unread: 3 })
  })

  it('in a batch of 1,000 is taken in whole', async () => {
    const { store, takeAll } = desk()
    const writings = Array.from({ length: 1000 }, (_, n) => ({ at: houseTime - (1000 - n) * 1000, from: `9198765${String(10_000 + n % 50)}`, name: `Customer ${n % 50}`, text: `How much is ring ${n}?` }))
    await store({ body: whatsappBody(writings) })
    await takeAll()
    expect(await messages()).toHaveLength(1000)
    const found = await rows()
    expect(found).toHaveLength(50)
    expect(found.every(row => row.unread === 20)).toBe(true)
  })

  it('and cannot be understood is kept as failed, and holds up nobody', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: '{"object":"page"}' }, { body: whatsappBody([{ at: houseTime }]) }, { body: '{"broken' })
    await takeAll()
    expect(await messages()).toHaveLength(1)
    const failed = await ctx.models.deliveries.find({ state: 'failed' }).lean()
    expect(failed.map(delivery => delivery.error).sort()).toEqual(['not_json', 'not_this_provider'])
    expect(failed.every(delivery => delivery.body.buffer.byteLength > 0)).toBe(true)
  })

  it('and cannot be worked on is tried three times, then kept as failed, while what came with it is taken in', async () => {
    const { store, ctx, tools } = desk()
    await store({ body: whatsappStatusBody('wamid.out', 'read', houseTime) }, { body: whatsappBody([{ at: houseTime }]) })
    const failing = { ...tools, statuses: async () => { throw new RangeError('a fault of ours') } }
    const attempt = async () => takeIn(ctx, failing, await nextDeliveries(ctx, 100), false, atOnce)
    await expect(attempt()).rejects.toThrow('a fault of ours')
    await expect(attempt()).rejects.toThrow('a fault of ours')
    await attempt()
    expect(await messages()).toHaveLength(1)
    expect(await ctx.models.deliveries.find().lean()).toMatchObject([{ state: 'failed', error: 'intake_failed', attempts: 3 }])
    expect(await ctx.models.parcels.countDocuments({ state: 'stored' })).toBe(0)
  })

  it('that could be worked on after all is not shown as failed', async () => {
    const { store, takeAll, ctx, tools } = desk()
    await store({ body: whatsappStatusBody('wamid.out', 'read', houseTime) })
    await expect(takeIn(ctx, { ...tools, statuses: async () => { throw new RangeError('a fault of ours') } }, await nextDeliveries(ctx, 100), false, atOnce)).rejects.toThrow('a fault of ours')
    await takeAll({ suspect: true })
    expect(await ctx.models.deliveries.find().lean()).toMatchObject([{ state: 'done', error: null }])
  })

  it('with a reaction, an edit and a deletion before their messages ends as if in order', async () => {
    const { store, takeAll } = desk()
    const reaction = { at: houseTime + minute, message: { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '❤️' } } }
    await store({ body: whatsappBody([reaction]) })
    await takeAll()
    expect(await messages()).toHaveLength(0)
    await store({ body: whatsappBody([{ id: 'wamid.1', at: houseTime, text: 'Hello' }]) })
    await takeAll()
    expect(await messages()).toMatchObject([{ providerId: 'wamid.1', reactions: [{ emoji: '❤️', mine: false }] }])
    await store({ body: whatsappBody([{ at: houseTime + 2 * minute, message: { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '' } } }]) })
    await takeAll()
    expect((await messages())[0]!.reactions).toEqual([])
  })

  it('of what a colleague changed in the phone app changes the message and writes none', async () => {
    const { store, takeAll } = desk()
    const own = (id: string, after: number, said: string | Record<string, unknown>) => ({ body: whatsappEchoBody(id, said, houseTime - hour + after * minute) })
    await store({ body: whatsappBody([{ id: 'wamid.1', at: houseTime - hour, text: 'Is it ready?' }]) }, own('wamid.2', 1, 'On Monday'))
    await takeAll()
    await store(
      own('wamid.3', 2, { type: 'edit', edit: { original_message_id: 'wamid.2', message: { type: 'text', text: { body: 'On Tuesday' } } } }),
      own('wamid.4', 3, { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } }),
    )
    await takeAll()
    expect(await messages()).toMatchObject([{ providerId: 'wamid.1', reactions: [{ emoji: '👍', mine: true }] }, { providerId: 'wamid.2', text: 'On Tuesday' }])
    expect((await rows())[0]).toMatchObject({ preview: { text: 'On Tuesday' } })

    const removal = own('wamid.5', 4, { type: 'revoke', revoke: { original_message_id: 'wamid.2' } })
    await store(removal, own('wamid.6', 5, { type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '' } }), removal)
    await takeAll()
    expect(await messages()).toMatchObject([{ providerId: 'wamid.1', reactions: [] }, { providerId: 'wamid.2', text: null, deletedAt: expect.any(Date) as unknown }])
  })

  it('of a colleague\'s change before the message ends as if in order, and makes nobody a customer', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappEchoBody('wamid.8', { type: 'edit', edit: { original_message_id: 'wamid.7', message: { type: 'text', text: { body: 'Tuesday' } } } }, houseTime) })
    await takeAll()
    expect(await people()).toEqual([])
    await store({ body: whatsappEchoBody('wamid.7', 'Monday', houseTime - minute) })
    await takeAll()
    expect(await messages()).toMatchObject([{ providerId: 'wamid.7', text: 'Tuesday' }])
  })

  it('with a shared link or post is read as a link, and no file is waited for', async () => {
    const { store, takeAll } = desk()
    const shared = (type: string, url: string) => ({ attachments: [{ type, payload: { url } }] })
    const post = 'https://www.instagram.com/reel/Dd1/'
    await store(
      { body: instagramBody('178000111', shared('ig_reel', post), houseTime - 2 * minute), network: 'instagram' },
      { body: instagramBody('178000111', { text: 'Like https://rings.example/7 here', ...shared('fallback', 'https://rings.example/7') }, houseTime - minute), network: 'instagram' },
      { body: instagramBody('178000111', shared('ig_post', 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1'), houseTime), network: 'instagram' },
    )
    await takeAll()
    expect(await messages()).toMatchObject([
      { kind: 'share', text: post, attachments: [] },
      { kind: 'text', text: 'Like https://rings.example/7 here', attachments: [] },
      { kind: 'share', text: null, attachments: [{ state: 'pending' }] },
    ])
  })

  it('by our account to itself makes nobody a customer', async () => {
    const { store, takeAll } = desk()
    await store({ body: instagramBody('17841400000000001', { text: 'Note', is_self: true, is_echo: true }, houseTime), network: 'instagram' })
    await takeAll()
    expect(await people()).toEqual([])
    expect(await messages()).toEqual([])
  })

  it('of news taken back or agreed to on Instagram is an opt-out or an opt-in', async () => {
    const { store, takeAll } = desk()
    const say = async (status: string, at: number) => {
      await store({ body: instagramOptInBody('178000111', status, at), network: 'instagram' })
      await takeAll()
    }
    await say('STOP NOTIFICATIONS', houseTime - minute)
    expect((await people())[0]?.optedOutAt).toEqual(new Date(houseTime - minute))
    expect(await signalTypes()).toEqual(['opt_out'])
    await say('RESUME NOTIFICATIONS', houseTime)
    expect((await people())[0]?.optedOutAt).toBeNull()
    expect(await signalTypes()).toEqual(['opt_in', 'opt_out'])
  })

  it('by a number that nobody has set up still arrives', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: whatsappBody([{ at: houseTime }], '999888777') })
    await takeAll()
    expect(await ctx.models.channels.findOne({ externalId: '999888777' }).lean()).toMatchObject({ state: 'live', storeId: null })
    expect(await messages()).toHaveLength(1)
  })

  it('with hostile values changes nothing but its own message', async () => {
    const { store, takeAll } = desk()
    const text = `a\u0000b${'x'.repeat(100_000)}`
    await store({ body: whatsappBody([{ at: Date.UTC(2091, 0), text, name: '\u202E$where'.repeat(100) }]) })
    await store({ body: whatsappBody([{ at: houseTime, from: '6587654321', name: '__proto__', message: { type: 'location', location: { latitude: 1, longitude: 2, name: { $gt: '' }, __proto__: { polluted: true } } } }]) })
    await takeAll()
    const found = await messages()
    expect(found).toHaveLength(2)
    const long = found.find(message => message.kind === 'text')!
    expect(Buffer.byteLength(long.text!)).toBeLessThanOrEqual(65_536)
    expect(long.text).not.toContain('\0')
    expect(long.at.getTime()).toBe(houseTime)
    expect(long.providerAt).toContain('2091')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('news of an account', () => {
  it('are of all its numbers and of no others, and change nothing when they come after newer ones', async () => {
    const { store, takeAll, ctx } = desk()
    const { channels } = ctx.models
    const settings = (id: string, accountId: string) => channels.updateOne({ _id: id }, { $set: { sealedSettings: ctx.secrets.seal(JSON.stringify({ accountId }), channelSealPurpose(id, 'settings')) } })
    await settings('wa-mumbai', 'waba-1')
    await settings('wa-dubai', 'waba-2')
    desk().clock.now += minute
    const states = async () => Object.fromEntries((await channels.find({ adapter: 'whatsapp-cloud' }).lean()).map(({ _id, state }) => [_id, state]))
    const news = async (event: string, at: number) => {
      await store({ body: whatsappAccountBody('waba-1', event, at) })
      await takeAll()
    }
    await news('DISABLED_UPDATE', houseTime)
    expect(await states()).toMatchObject({ 'wa-mumbai': 'dead', 'wa-dubai': 'live' })
    await news('ACCOUNT_REINSTATED', houseTime + 20_000)
    await news('DISABLED_UPDATE', houseTime + 10_000)
    expect(await states()).toMatchObject({ 'wa-mumbai': 'live', 'wa-dubai': 'live' })
  })
})
