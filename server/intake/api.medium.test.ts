import type { FastifyInstance } from 'fastify'
import type { DeskHouse } from './testing/desk-house.ts'
import cookie from '@fastify/cookie'
import fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installAuthentication } from '../accounts/index.ts'
import { createKey } from '../accounts/keys.ts'
import { installErrorHandling } from '../platform/http-errors.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { houseTime, startDeskHouse } from './testing/desk-house.ts'

let house: DeskHouse
let app: FastifyInstance
let headers: { authorization: string }
let bystander: { authorization: string }

beforeAll(async () => {
  house = await startDeskHouse()
  app = fastify()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrorHandling(app)
  await app.register(cookie)
  installAuthentication(app, house.ctx)
  await app.register(eventRoutes(house.ctx))
  await app.register(deliveryRoutes(house.ctx))
  const keyOf = async (...scopes: Parameters<typeof createKey>[1]['scopes']) => ({ authorization: `Bearer ${(await createKey(house.ctx, { name: 'test', scopes })).token}` })
  headers = await keyOf('write:events', 'read:deliveries', 'write:deliveries')
  bystander = await keyOf('read:house')
})

afterAll(async () => {
  await app.close()
  await house.close()
})

const visit = (id: string) => ({ id, type: 'walk_in', at: new Date(houseTime).toISOString(), customer: { phone: '+919876543210' }, store: 'mumbai' })
const tell = (payload: object, as = headers) => app.inject({ method: 'POST', url: '/events', headers: as, payload })

describe('events', () => {
  it('are taken as a list or in an object, each with its own result', async () => {
    const answer = await tell([visit('a'), { ...visit('b'), type: 'danced' }, { id: 'c' }, visit('a')])
    expect(answer.statusCode).toBe(200)
    expect(answer.json<{ results: { id: string, status: string }[] }>().results.map(result => `${result.id} ${result.status}`)).toEqual(['a stored', 'b refused', 'c refused', 'a duplicate'])
    expect((await tell({ events: [visit('d')] })).json()).toMatchObject({ results: [{ status: 'stored' }] })
  })

  it('need their scope, and come in thousands at most', async () => {
    expect((await tell([visit('e')], bystander)).statusCode).toBe(403)
    expect((await tell([])).statusCode).toBe(400)
    expect((await tell(Array.from({ length: 1001 }, (_, n) => visit(`n${n}`)))).statusCode).toBe(400)
  })

  it('with a thousand people make a thousand customers', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({ ...visit(`many${n}`), customer: { email: `customer-${n}@house.example` } }))
    const answer = await tell(many)
    expect(answer.json<{ results: { status: string }[] }>().results.every(result => result.status === 'stored')).toBe(true)
    expect(await house.ctx.models.customers.countDocuments()).toBe(1001)
  })
})

describe('failed deliveries', () => {
  it('are listed, handed over as files, tried again, and every look is kept', async () => {
    await house.store({ body: '{"object":"page"}' })
    await house.takeAll()
    const listed = await app.inject({ url: '/deliveries?state=failed', headers })
    const { items } = listed.json<{ items: { id: string, error: string, bytes: number }[] }>()
    expect(items).toMatchObject([{ error: 'not_this_provider', bytes: 17 }])
    const body = await app.inject({ url: `/deliveries/${items[0]!.id}/body`, headers })
    expect(body.body).toBe('{"object":"page"}')
    expect(body.headers['content-disposition']).toContain('attachment')
    const again = await app.inject({ method: 'POST', url: `/deliveries/${items[0]!.id}/retry`, headers })
    expect(again.json()).toMatchObject({ state: 'stored', attempts: 0 })
    await house.takeAll()
    expect(await house.ctx.models.deliveries.find().lean()).toMatchObject([{ state: 'failed', attempts: 1 }])
    expect((await house.ctx.models.audit.find().lean()).map(entry => entry.action).sort()).toEqual(['delivery.read', 'delivery.retried'])
  })

  it('are nobody else\'s business', async () => {
    expect((await app.inject({ url: '/deliveries', headers: bystander })).statusCode).toBe(403)
    expect((await app.inject({ url: '/deliveries' })).statusCode).toBe(401)
    expect((await app.inject({ url: `/deliveries/${'0'.repeat(24)}/body`, headers })).statusCode).toBe(404)
  })
})
