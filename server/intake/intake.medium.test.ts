import { describe, expect, it } from 'vitest'
import { conversationIdOf } from '../identity/index.ts'
import { undoMerge } from '../identity/merging/index.ts'
import { recordSignals, rereadDue } from '../readiness/index.ts'
import { takeExternalEvents } from './external-events.ts'
import { instagramBody, smsBody, whatsappBody, whatsappEchoBody, whatsappStatusBody } from './testing/bodies.ts'
import { houseTime } from './testing/desk-house.ts'
import { useDeskHouse } from './testing/house-of-tests.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const { desk, rows, people, messages, signalTypes } = useDeskHouse()

describe('a customer', () => {
  it('who writes to two of our numbers, by SMS and from Instagram with their number is one, in one thread', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappBody([{ at: houseTime - 4 * minute, text: 'Is the solitaire there?' }]) })
    await takeAll()
    await store(
      { body: whatsappBody([{ at: houseTime - 3 * minute, text: 'And in Dubai?' }], '106540352242923') },
      { body: smsBody('+919876543210', 'Did you get my message?'), network: 'sms' },
      { body: instagramBody('178000111', 'Love the emerald ring', houseTime - 2 * minute), network: 'instagram' },
    )
    await takeAll()
    expect(await people()).toHaveLength(2)
    await store({ body: instagramBody('178000111', 'my number is +91 98765 43210', houseTime - minute), network: 'instagram' })
    await takeAll()

    const [customer, ...others] = await people()
    expect(others).toEqual([])
    expect(customer).toMatchObject({ name: 'Priya Shah', country: 'IN', timeZone: 'Asia/Kolkata' })
    const [row, ...noMore] = await rows()
    expect(noMore).toEqual([])
    expect(row!.lanes.map(lane => lane.channelId).sort()).toEqual(['ig-house', 'twilio-house', 'wa-dubai', 'wa-mumbai'])
    expect(row).toMatchObject({ unread: 5, customerId: customer!._id })
    expect([...row!.storeIds].sort()).toEqual(['dubai', 'mumbai'])
    expect((await messages()).every(message => message.conversationId === row!._id && message.customerId === customer!._id)).toBe(true)

    await store({ body: instagramBody('178000111', 'still here', houseTime), network: 'instagram' })
    await takeAll()
    expect(await people()).toHaveLength(1)
    expect((await rows())[0]).toMatchObject({ unread: 6, preview: { text: 'still here' } })
  })

  it('joined by mistake is taken apart again, with what has come since', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: whatsappBody([{ at: houseTime - 4 * minute }]) }, { body: instagramBody('178000111', '+91 98765 43210', houseTime - 3 * minute), network: 'instagram' })
    await takeAll()
    await store({ body: instagramBody('178000111', 'after the merge', houseTime - minute), network: 'instagram' })
    await takeAll()
    const merge = await ctx.models.merges.findOne({ state: 'done' }).lean()
    await undoMerge(ctx, merge!._id, 'dana')

    expect(await people()).toHaveLength(2)
    const [instagram] = (await rows()).filter(row => row.channel === 'instagram')
    expect(instagram).toMatchObject({ preview: { text: 'after the merge' } })
    expect(instagram!.boxes).toContain('all|all')
    expect(await ctx.models.messages.countDocuments({ conversationId: instagram!._id })).toBe(2)
    expect(await ctx.models.addresses.findById('user:instagram:178000111').lean()).toMatchObject({ customerId: instagram!.customerId })

    await store({ body: instagramBody('178000111', '+91 98765 43210', houseTime), network: 'instagram' })
    await takeAll()
    expect(await people()).toHaveLength(2)
  })

  it('who gives somebody else\'s number is not joined; it is suggested', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: whatsappBody([{ at: houseTime - 4 * minute }]) }, { body: instagramBody('178000111', 'call my husband at +91 98765 43210', houseTime), network: 'instagram' })
    await takeAll()
    expect(await people()).toHaveLength(2)
    expect(await ctx.models.merges.find().lean()).toMatchObject([{ state: 'suggested', evidence: 'shared_in_thread' }])
  })

  it('without a phone number is a full customer, and a new id beside a known phone is theirs', async () => {
    const { store, takeAll, ctx } = desk()
    const anonymous = JSON.parse(whatsappBody([{ at: houseTime, userId: 'IN.abc123' }])) as { entry: { changes: { value: { contacts: Record<string, unknown>[], messages: Record<string, unknown>[] } }[] }[] }
    const { value } = anonymous.entry[0]!.changes[0]!
    delete value.contacts[0]!.wa_id
    delete value.messages[0]!.from
    await store({ body: JSON.stringify(anonymous) }, { body: whatsappBody([{ at: houseTime, from: '6587654321', name: 'Lin' }]) })
    await takeAll()
    expect(await people()).toHaveLength(2)
    await store({ body: whatsappBody([{ at: houseTime, from: '6587654321', name: 'Lin', userId: 'SG.lin' }]) })
    await takeAll()
    expect(await people()).toHaveLength(2)
    const lin = await ctx.models.addresses.findById('phone:+6587654321').lean()
    expect(await ctx.models.addresses.findById('user:whatsapp:SG.lin').lean()).toMatchObject({ customerId: lin!.customerId })
    await store({ body: whatsappBody([{ at: houseTime, from: '6587654321', name: 'Lin', userId: 'IN.abc123' }]) })
    await takeAll()
    expect(await people()).toHaveLength(2)
    expect(await ctx.models.merges.find().lean()).toMatchObject([{ state: 'suggested', evidence: 'same_event', winnerId: lin!.customerId }])
  })
})

describe('a lane', () => {
  it('is open for a day after the customer wrote, three after an advertisement, and not by an echo', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappBody([{ at: houseTime - hour }]) })
    await takeAll()
    const windowOf = async () => (await rows())[0]!.lanes[0]!.windowClosesAt?.getTime()
    expect(await windowOf()).toBe(houseTime - hour + day)
    await store({ body: whatsappEchoBody('wamid.echo', 'We have it', houseTime - 10 * minute) })
    await takeAll()
    expect(await windowOf()).toBe(houseTime - hour + day)
    expect((await rows())[0]).toMatchObject({ unread: 0, waitingSince: null, preview: { text: 'We have it', mine: true } })
    await store({ body: whatsappBody([{ at: houseTime, message: { type: 'text', text: { body: 'From your ad' }, referral: { source_type: 'ad', source_id: '1', headline: 'Solitaires', ctwa_clid: 'c' } } }]) })
    await takeAll()
    expect(await windowOf()).toBe(houseTime + 3 * day)
  })

  it('that the customer used last is that of the message which came last, also when both came within one second', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappBody([{ id: 'wamid.1', at: houseTime - minute }]) }, { body: instagramBody('178000111', '+91 98765 43210', houseTime - minute), network: 'instagram' })
    await takeAll()
    await store({ body: instagramBody('178000111', 'here I am', houseTime + 640, 'mid.2'), network: 'instagram' })
    await takeAll()
    const last = { body: whatsappBody([{ id: 'wamid.2', at: houseTime + 700, text: 'and' }, { id: 'wamid.3', at: houseTime + 900, text: 'back here' }]) }
    await store(last)
    await takeAll()
    const seen = async () => {
      const [row] = await rows()
      const heardLast = row!.lanes.toSorted((a, b) => b.lastInboundAt!.getTime() - a.lastInboundAt!.getTime())[0]!
      return { thread: (await messages()).slice(-3).map(({ text }) => text), lane: heardLast.channel, preview: row!.preview.text, times: (await messages()).map(({ at }) => at.getTime()) }
    }
    const once = await seen()
    expect(once).toMatchObject({ thread: ['here I am', 'and', 'back here'], lane: 'whatsapp', preview: 'back here' })
    await store(last)
    await takeAll({ suspect: true })
    expect(await seen()).toEqual(once)
  })
})

describe('signals', () => {
  it('say what a message means, once', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappBody([{ id: 'wamid.1', at: houseTime - 20 * day, text: 'Hello' }]), receivedAt: houseTime - 20 * day })
    await store({ body: whatsappBody([{ id: 'wamid.2', at: houseTime, text: 'kitne ka hai?' }]) })
    await store({ body: whatsappBody([{ id: 'wamid.3', at: houseTime + 1000, message: { type: 'text', text: { body: 'this one' }, context: { referred_product: { catalog_id: 'c', product_retailer_id: 'R-221' } } } }]) })
    await takeAll()
    expect(await signalTypes()).toEqual(['inquiry', 'price_asked', 'product_enquiry', 'reengaged'])
    const asked = await desk().ctx.models.signals.findOne({ type: 'price_asked' }).lean()
    expect(await desk().ctx.models.messages.findById(asked!.messageId).lean()).toMatchObject({ providerId: 'wamid.2' })
    const [customer] = await people()
    expect(customer!.pieces).toMatchObject([{ pieceId: 'r-221', seen: 1 }])
    expect(customer!.readiness).toMatchObject({ nextAction: { kind: 'involve' } })
    const [row] = await rows()
    expect(row!.boxes).toContain('store:mumbai|answer')
  })

  it('of a word that asks to stop are kept as an opt-out', async () => {
    const { store, takeAll } = desk()
    await store({ body: whatsappBody([{ at: houseTime, text: 'STOP' }]) })
    await takeAll()
    expect((await people())[0]!.optedOutAt).toEqual(new Date(houseTime))
    expect((await people())[0]!.readiness).toMatchObject({ nextAction: { kind: 'suppress' } })
  })

  it('recorded by several at once are all folded, and a repeated one once', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: whatsappBody([{ at: houseTime - day }]) })
    await takeAll()
    const [customer] = await people()
    const record = (n: number) => recordSignals(ctx, customer!._id, [{ id: `signal-${n}`, type: 'piece_viewed', at: new Date(houseTime + n), meta: { pieceId: 'r-221' } }])
    await Promise.all([1, 2, 3, 4, 3, 2].map(record))
    const [after] = await people()
    expect(after!.pieces).toMatchObject([{ pieceId: 'r-221', seen: 4 }])
    expect(after!.scoringState).toMatchObject({ folded: 5 })
  })

  it('that fail to come are read as well, once the advice has expired', async () => {
    const { store, takeAll, ctx } = desk()
    await store({ body: whatsappBody([{ at: houseTime }]) }, { body: whatsappEchoBody('wamid.e', 'Welcome', houseTime + minute), receivedAt: houseTime + minute })
    await takeAll()
    desk().clock.now += 400 * day
    expect(await rereadDue(ctx)).toBe(1)
    expect((await people())[0]!.readiness).toMatchObject({ silence: { withinRhythm: false } })
    expect(await rereadDue(ctx)).toBe(0)
  })
})

describe('statuses', () => {
  it('go to whoever keeps our messages, with our own number', async () => {
    const { store, takeAll, statuses } = desk()
    await store({ body: whatsappStatusBody('wamid.ours', 'read', houseTime) })
    await takeAll()
    expect(statuses).toMatchObject([{ channelId: 'wa-mumbai', event: { id: 'wamid.ours', status: 'read' } }])
    expect(await rows()).toEqual([])
  })
})

describe('events of other systems', () => {
  const visit = (id: string, fields: object = {}) => ({ id, type: 'walk_in' as const, at: new Date(houseTime).toISOString(), customer: { phone: '098765 43210', name: 'Priya S' }, store: 'mumbai', ...fields })

  it('make a customer, and the same person joins when they write', async () => {
    const { store, takeAll, ctx } = desk()
    expect(await takeExternalEvents(ctx, [visit('v1'), visit('v2', { customer: { email: 'lin@house.example' } })])).toMatchObject([{ status: 'stored' }, { status: 'stored' }])
    await store({ body: whatsappBody([{ at: houseTime }]) })
    await takeAll()
    const found = await people()
    expect(found).toHaveLength(2)
    const priya = found.find(customer => customer.name === 'Priya S')!
    expect(priya.firstTouch).toMatchObject({ source: 'store' })
    expect(await ctx.models.signals.countDocuments({ conversationId: conversationIdOf(priya._id), type: 'walk_in' })).toBe(1)
  })

  it('count once, and are refused one by one', async () => {
    const { ctx } = desk()
    const events = [visit('v1'), visit('v1'), visit('late', { at: new Date(houseTime + day).toISOString() }), visit('nobody', { customer: { id: 'unknown' } }), visit('bad', { customer: { phone: 'none' } })]
    expect((await takeExternalEvents(ctx, events)).map(result => result.error ?? result.status)).toEqual(['stored', 'duplicate', 'in_future', 'no_such_customer', 'bad_address'])
    const before = await desk().picture()
    expect((await takeExternalEvents(ctx, [visit('v1')]))[0]).toMatchObject({ status: 'duplicate' })
    const after = await desk().picture()
    expect(after.signals).toEqual(before.signals)
    expect(after.customers).toEqual(before.customers)
  })
})
