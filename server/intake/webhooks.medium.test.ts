import type { FastifyInstance } from 'fastify'
import type { Keeper } from './keeper.ts'
import type { Intake } from './loop.ts'
import type { DeskHouse } from './testing/desk-house.ts'
import { join } from 'node:path'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAcceptor } from './accept.ts'
import { storeKeeper } from './keeper.ts'
import { createIntake } from './loop.ts'
import { spoolKeeper } from './spool/spool-keeper.ts'
import { metaSignature, smsBody, twilioSignature, whatsappBody } from './testing/bodies.ts'
import { houseTime, startDeskHouse } from './testing/desk-house.ts'
import { deliveryTakers, webhookRoutes } from './webhook-routes.ts'

const secret = 'test-whatsapp_app_secret'
const token = 'test-twilio_auth_token'

type KeeperOf = (ctx: DeskHouse['ctx']) => Keeper

const places: [string, KeeperOf][] = [
  ['the store', ctx => storeKeeper(ctx)],
  // The house's clock stands still, and the spool's pace would with it.
  ['a spool beside it', ctx => spoolKeeper({ ...ctx, now: Date.now }, join(ctx.config.dataDir, 'spool'))],
]

describe.each(places)('a webhook that is kept in %s', (_place, keeperOf) => {
  let house: DeskHouse
  let app: FastifyInstance
  let keeper: Keeper
  let intake: Intake

  beforeAll(async () => {
    house = await startDeskHouse()
    keeper = keeperOf(house.ctx)
    await keeper.open()
    const acceptor = createAcceptor(house.ctx, keeper)
    intake = createIntake(house.ctx, { statuses: async () => {}, waiting: keeper.waiting })
    app = fastify()
    await app.register(webhookRoutes(house.ctx, deliveryTakers(house.ctx, acceptor)))
    await app.ready()
  })

  afterAll(async () => {
    await intake.stop()
    await app.close()
    await keeper.close()
    await house.close()
  })

  const post = (body: string | Buffer, headers: Record<string, string> = metaSignature(secret, body), url = '/webhooks/whatsapp') => app.inject({ method: 'POST', url, headers, payload: body })
  const handedOn = () => expect.poll(keeper.waiting, { timeout: 5_000 }).toBe(0)
  const stored = async () => {
    await handedOn()
    return (await house.ctx.models.parcels.find().lean()).reduce((sum, parcel) => sum + parcel.deliveries.length, 0)
  }

  it('is stored before it is answered, and a second try finds the first', async () => {
    const body = whatsappBody([{ id: 'wamid.1', at: houseTime }])
    expect((await post(body)).statusCode).toBe(200)
    expect(await stored()).toBe(1)
    expect((await Promise.all([post(body), post(body)])).map(answer => answer.statusCode)).toEqual([200, 200])
    expect(await stored()).toBe(1)
  })

  it('that was stored before is left out of what comes with it, however often it comes', async () => {
    const known = whatsappBody([{ id: 'known', at: houseTime }])
    await post(known)
    const before = await stored()
    const fresh = ['fresh.1', 'fresh.2'].map(id => whatsappBody([{ id, at: houseTime }]))
    const answers = await Promise.all([fresh[0]!, known, fresh[1]!, known, fresh[0]!].map(body => post(body)))
    expect(answers.map(answer => answer.statusCode)).toEqual([200, 200, 200, 200, 200])
    expect(await stored()).toBe(before + 2)
  })

  it('that comes with many others is stored with them', async () => {
    const bodies = Array.from({ length: 200 }, (_, n) => whatsappBody([{ id: `many.${n}`, at: houseTime }]))
    const before = await stored()
    expect(new Set((await Promise.all(bodies.map(body => post(body)))).map(answer => answer.statusCode))).toEqual(new Set([200]))
    expect(await stored()).toBe(before + 200)
  })

  it('without a good signature is refused with 401 and kept nowhere', async () => {
    const body = whatsappBody([{ at: houseTime }])
    const before = await stored()
    expect((await post(body, { 'content-type': 'application/json' })).statusCode).toBe(401)
    expect((await post(body, metaSignature('another secret', body))).statusCode).toBe(401)
    expect((await post(`${body} `, metaSignature(secret, body))).statusCode).toBe(401)
    expect(await stored()).toBe(before)
  })

  it.each(['not json', '{"broken', '', '"text"', '[1,2'])('that is no body of the provider\'s is refused with 400: %s', async (body) => {
    expect((await post(body)).statusCode).toBe(400)
  })

  it('of more than 4 MB is refused with 413', async () => {
    expect((await post(Buffer.alloc(4 * 1024 * 1024 + 1, 0x20))).statusCode).toBe(413)
  })

  it('of much more is read to its end before it is refused, so that whoever sends it hears why', async () => {
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/whatsapp`
    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(20 * 1024 * 1024, 0x20), headers: { connection: 'close' } })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ error: { code: 'too_large' } })
  })

  it('is checked over its raw bytes, whatever content type it has', async () => {
    const body = `  ${whatsappBody([{ at: houseTime, text: 'é\\u00e9 \u{1F48D}' }])}\n`
    expect((await post(body, { ...metaSignature(secret, body), 'content-type': 'application/x-unheard-of' })).statusCode).toBe(200)
  })

  it('of a provider that reads the answer is answered as it wants', async () => {
    const url = '/webhooks/twilio/messages'
    const body = smsBody('+919876543210', 'Hello & good morning', 'SM-route')
    const answer = await post(body, twilioSignature(token, `${house.ctx.config.publicUrl}${url}`, body), url)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/xml')
    expect(answer.body).toContain('<Response/>')
  })

  it('is set up by the provider\'s handshake', async () => {
    const query = 'hub.mode=subscribe&hub.challenge=12345&hub.verify_token='
    expect(await app.inject(`/webhooks/whatsapp?${query}test-whatsapp_verify_token`)).toMatchObject({ statusCode: 200, body: '12345' })
    expect(await app.inject(`/webhooks/whatsapp?${query}wrong`)).toMatchObject({ statusCode: 403 })
  })

  it('is taken in as soon as it is stored', async () => {
    let seen = false
    house.ctx.bus.on('message.changed', ({ message }) => { if (message.providerId === 'wamid.soon') seen = true })
    intake.start()
    await intake.idle()
    await post(whatsappBody([{ id: 'wamid.soon', at: houseTime }]))
    await handedOn()
    await intake.idle()
    expect(seen).toBe(true)
    expect(await house.ctx.models.parcels.countDocuments({ state: 'stored' })).toBe(0)
  })

  it('that cannot be stored is answered with 503', async () => {
    await intake.stop()
    await house.ctx.connection.close()
    expect((await post(whatsappBody([{ at: houseTime }]))).statusCode).toBe(503)
  })
})
