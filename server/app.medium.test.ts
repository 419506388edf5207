import type { TestHouse } from './testing/harness.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from './app.ts'
import { ConfigError, loadConfig } from './platform/config.ts'
import { createLogger } from './platform/logging.ts'
import { startTestHouse } from './testing/harness.ts'

/** What anyone may call. Adding to it is a decision. */
const openDoors = [
  '/', '/*', '/healthz', '/readyz', '/api/docs', '/api/openapi.json',
  '/api/v1/session', '/api/v1/session/sandbox', '/api/v1/setup', '/api/v1/invitations', '/media/:token']
const outsideDoors = /^\/(?:webhooks|api\/docs|simulator|l|chat|track|t\.js)(?:\/|$)/

describe('the application', () => {
  let house: TestHouse
  beforeAll(async () => { house = await startTestHouse() })
  afterAll(() => house.close())

  it('lets nobody call a route that does not say who may', async () => {
    const routes = house.routes()
    expect(routes.length).toBeGreaterThan(40)
    expect(routes.filter(route => !route.decided)).toEqual([])
  })

  it('answers strangers nowhere but at the doors that are meant for them', async () => {
    const guarded = house.routes().filter(({ url }) => !openDoors.includes(url) && !outsideDoors.test(url))
    for (const { method, url } of guarded) {
      for (const verb of method.split('/').filter(verb => verb !== 'HEAD' && verb !== 'OPTIONS')) {
        const answer = await house.inject({ method: verb as 'GET', url: url.replaceAll(/:(\w+)/g, 'x').replaceAll('*', 'x'), ...(verb === 'GET' || verb === 'DELETE' ? {} : { payload: {} }) })
        expect(answer.statusCode, `${verb} ${url}`).toBe(401)
      }
    }
  })

  it('refuses to start with a route that somebody forgot to decide', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'loupe-'))
    const { app, close } = await buildApp({ config: loadConfig({ DATA_DIR: dir, NODE_ENV: 'test' }), log: createLogger('silent') })
    app.get('/api/v1/forgotten', async () => 'secrets')
    await expect(app.ready()).rejects.toThrow('GET /api/v1/forgotten')
    await close()
    await rm(dir, { recursive: true })
  })

  it('says that it is up, and that it is ready', async () => {
    expect((await house.inject('/healthz')).json()).toEqual({ up: true })
    expect((await house.inject('/readyz')).json()).toMatchObject({ ready: true, store: true, intake: { behind: false } })
  })

  it('is not ready while a delivery waits for longer than a minute', async () => {
    const waiting = { _id: 'waiting', digests: [Buffer.from('waiting')], deliveries: [{ adapter: 'any', contentType: 'application/json', body: Buffer.from('{}') }], receivedAt: new Date(Date.now() - 90_000), state: 'stored' } as const
    await house.ctx.models.parcels.collection.insertOne(waiting as never)
    const answer = await house.inject('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ ready: false, store: true, intake: { behind: true } })
    await house.ctx.models.parcels.deleteOne({ _id: 'waiting' })
  })

  it('shows its metrics to a key that may read them, without a word about people', async () => {
    expect((await house.inject('/metrics')).statusCode).toBe(401)
    await house.inject('/api/v1/pieces?q=asha')
    const answer = await house.inject({ url: '/metrics', headers: await house.key('read:metrics') })
    expect(answer.body).toContain('loupe_http_request_seconds')
    expect(answer.body).toContain('route="/api/v1/pieces"')
    expect(answer.body).not.toMatch(/asha/i)
  })

  it('describes every route of the API, and shows it to people', async () => {
    const description = (await house.inject('/api/openapi.json')).json()
    expect(description.openapi).toMatch(/^3\./)
    const paths = Object.keys(description.paths)
    expect(paths).toEqual(expect.arrayContaining(['/api/v1/session', '/api/v1/house', '/api/v1/pieces']))
    expect(paths.every(path => path.startsWith('/api/v1/'))).toBe(true)
    const described = Object.entries<Record<string, { summary?: string }>>(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => ({ route: `${method} ${path}`, summary })))
    expect(described.filter(({ summary }) => !summary).map(({ route }) => route)).toEqual([])
    const page = await house.inject('/api/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
  })

  it('lets no script run that is not a file of ours', async () => {
    const policy = String((await house.inject('/api/v1/session')).headers['content-security-policy'])
    expect(policy).toContain('script-src \'self\';')
    expect(policy).toContain('frame-ancestors \'none\'')
    expect(policy).not.toContain('unsafe-eval')
  })

  it('says so in the same form when an address cannot even be read', async () => {
    const answer = await house.inject('/api/v1/conversations/%ff')
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({ error: { code: 'invalid', message: 'The address is not valid.' } })
  })

  it('answers a wrong address with an error that a program can read', async () => {
    const answer = await house.inject({ url: '/api/v1/nowhere', headers: { accept: 'text/html' } })
    expect(answer.statusCode).toBe(404)
    expect(answer.json().error.code).toBe('not_found')
  })
})

describe('the store', () => {
  it('is waited for by what needs it, and not by the page that signs in', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'loupe-'))
    const { app, start, close } = await buildApp({ config: loadConfig({ DATA_DIR: dir, NODE_ENV: 'test' }), log: createLogger('silent') })
    await app.ready()
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    let answered = false
    const session = app.inject('/api/v1/session').then((answer) => { answered = true; return answer })
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(answered).toBe(false)
    await start()
    expect((await session).json()).toMatchObject({ me: null })
    await close()
    await rm(dir, { recursive: true })
  })

  it('of the sandbox is not opened in production, nor a real one in the sandbox', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'loupe-'))
    const startWith = async (environment: Record<string, string>, prepare?: Parameters<Awaited<ReturnType<typeof buildApp>>['start']>[0]) => {
      const { start, close } = await buildApp({ config: loadConfig({ DATA_DIR: dir, ...environment }), log: createLogger('silent') })
      try { await start(prepare) }
      finally { await close() }
    }
    const production = { NODE_ENV: 'production', LOUPE_SECRET: 'x'.repeat(32) }
    const somebody = { prepare: async (ctx: TestHouse['ctx']) => { await ctx.models.advisors.create({ _id: 'a', name: 'A', email: 'a@house.example', role: 'administrator', storeIds: [], createdAt: new Date(0) }) } }
    await startWith(production, somebody)
    await expect(startWith({})).rejects.toThrow(ConfigError)
    await rm(join(dir, 'store'), { recursive: true })
    await startWith({})
    await expect(startWith(production)).rejects.toThrow('demo house')
    await rm(dir, { recursive: true })
  })

  it('with a channel whose deliveries nobody could check is not opened in production', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'loupe-'))
    const { start, close } = await buildApp({ config: loadConfig({ DATA_DIR: dir, NODE_ENV: 'production', LOUPE_SECRET: 'x'.repeat(32) }), log: createLogger('silent') })
    const unsigned = { prepare: async (ctx: TestHouse['ctx']) => { await ctx.models.channels.create({ _id: 'c', adapter: 'some-adapter', channel: 'whatsapp', provider: 'meta', label: 'Ours', externalId: '1', handle: '1' }) } }
    await expect(start(unsigned)).rejects.toThrow('some-adapter')
    await close()
    await rm(dir, { recursive: true })
  })
})
