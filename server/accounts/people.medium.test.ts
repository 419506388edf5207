import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'
import { createSetupLink } from './setup.ts'

const origin = 'http://127.0.0.1:8080'
const tokenIn = (url: string) => url.split('#token=')[1]!

describe('the first administrator', () => {
  let house: TestHouse
  let time = Date.parse('2026-11-22T09:00:00Z')
  beforeAll(async () => { house = await startTestHouse({ empty: true, now: () => time }) })
  afterAll(() => house.close())
  const setUp = (token: string) => house.inject({ method: 'POST', url: '/api/v1/setup', headers: { origin }, payload: { token, name: 'Dana', email: 'Dana@house.example', password: 'twelve characters' } })

  it('is still to be made in an empty house', async () => {
    expect((await house.inject('/api/v1/session')).json()).toMatchObject({ me: null, needsSetup: true })
  })

  it('is not made with a made-up link, nor with one that is a day old, nor with one that another start replaced', async () => {
    expect((await setUp('x'.repeat(43))).statusCode).toBe(403)
    const replaced = tokenIn((await createSetupLink(house.ctx))!)
    const old = tokenIn((await createSetupLink(house.ctx))!)
    expect((await setUp(replaced)).statusCode).toBe(403)
    time += 86_400_000
    expect((await setUp(old)).statusCode).toBe(403)
  })

  it('is made once with the link, and signed in', async () => {
    const token = tokenIn((await createSetupLink(house.ctx))!)
    expect(JSON.stringify(await house.ctx.models.settings.find().lean())).not.toContain(token)
    const answers = await Promise.all([setUp(token), setUp(token)])
    expect(answers.map(answer => answer.statusCode).sort()).toEqual([200, 409])
    const made = answers.find(answer => answer.statusCode === 200)!
    expect(made.json().me).toMatchObject({ name: 'Dana', email: 'dana@house.example', role: 'administrator' })
    expect(made.cookies).toHaveLength(1)
    expect(await createSetupLink(house.ctx)).toBeNull()
    expect((await setUp(token)).json().error.code).toBe('setup_done')
  })
})

describe('a setup link', () => {
  let house: TestHouse
  beforeAll(async () => { house = await startTestHouse() })
  afterAll(() => house.close())
  const setUp = (token: string) => house.inject({ method: 'POST', url: '/api/v1/setup', headers: { origin }, payload: { token, name: 'Eve', email: 'eve@house.example', password: 'twelve characters' } })

  it('is made while no administrator has a password, as after an import, and is good for nothing once one has', async () => {
    const token = tokenIn((await createSetupLink(house.ctx))!)
    await house.ctx.models.advisors.updateOne({ _id: 'dana' }, { $set: { passwordHash: 'argon2id of something' } })
    expect((await setUp(token)).json().error.code).toBe('setup_done')
    expect(await house.ctx.models.advisors.exists({ email: 'eve@house.example' })).toBeNull()
    expect(await createSetupLink(house.ctx)).toBeNull()
  })
})

describe('the people of the house', () => {
  let house: TestHouse
  let admin: Record<string, string>
  beforeAll(async () => {
    house = await startTestHouse()
    admin = await house.signIn('administrator')
  })
  afterAll(() => house.close())
  const add = (payload: object, headers = admin) => house.inject({ method: 'POST', url: '/api/v1/advisors', headers, payload })

  it('are added by an administrator, and set their own password by a link that works once', async () => {
    const added = await add({ name: 'Esha', email: 'Esha@house.example', role: 'advisor', storeIds: ['mumbai'] })
    expect(added.statusCode).toBe(201)
    const { advisor, invitation } = added.json()
    expect(advisor).toMatchObject({ name: 'Esha', email: 'esha@house.example', active: true, invitedUntil: invitation.expiresAt })
    const accept = (password: string) => house.inject({ method: 'POST', url: '/api/v1/invitations', headers: { origin }, payload: { token: tokenIn(invitation.url), password } })
    expect((await accept('short')).statusCode).toBe(400)
    const accepted = await accept('long enough now')
    expect(accepted.json().me.id).toBe(advisor.id)
    expect((await accept('another long one')).statusCode).toBe(403)
    const signIn = await house.inject({ method: 'POST', url: '/api/v1/session', headers: { origin }, payload: { email: 'esha@house.example', password: 'long enough now' } })
    expect(signIn.statusCode).toBe(200)
  })

  it('cannot be added by others, twice, or for a store that does not exist', async () => {
    const body = { name: 'Farid', email: 'farid@house.example', role: 'advisor', storeIds: ['dubai'] }
    expect((await add(body, await house.signIn('manager'))).statusCode).toBe(403)
    expect((await add(body, await house.key('manage:accounts'))).statusCode).toBe(403)
    expect((await add({ ...body, storeIds: ['paris'] })).statusCode).toBe(400)
    expect((await add(body)).statusCode).toBe(201)
    expect((await add(body)).statusCode).toBe(409)
  })

  it('always have an administrator among them', async () => {
    const demote = (id: string, patch: object) => house.inject({ method: 'PATCH', url: `/api/v1/advisors/${id}`, headers: admin, payload: patch })
    expect((await demote('dana', { role: 'advisor' })).statusCode).toBe(409)
    expect((await demote('dana', { active: false })).statusCode).toBe(409)
  })

  it('change their own password only with the present one, which signs their other browsers out', async () => {
    const { createPasswords } = await import('./passwords.ts')
    await house.ctx.models.advisors.updateOne({ _id: 'omar' }, { $set: { passwordHash: await createPasswords().hash('my present password') } })
    const here = await house.signIn('omar')
    const elsewhere = await house.signIn('omar')
    const change = (current: string) => house.inject({ method: 'PUT', url: '/api/v1/me/password', headers: here, payload: { current, next: 'my next password' } })
    expect((await change('a guess')).statusCode).toBe(401)
    expect((await change('my present password')).statusCode).toBe(204)
    const meOf = async (headers: { cookie: string }) => (await house.inject({ url: '/api/v1/session', headers: { cookie: headers.cookie } })).json().me
    expect(await meOf(here)).toMatchObject({ id: 'omar' })
    expect(await meOf(elsewhere)).toBeNull()
  })
})

describe('a key', () => {
  let house: TestHouse
  let admin: Record<string, string>
  beforeAll(async () => {
    house = await startTestHouse()
    admin = await house.signIn('administrator')
  })
  afterAll(() => house.close())

  it('is shown once, does what its scopes say and nothing else, and ends when it is revoked', async () => {
    const made = await house.inject({ method: 'POST', url: '/api/v1/keys', headers: admin, payload: { name: 'POS', scopes: ['read:house'] } })
    const { id, token } = made.json()
    const headers = { authorization: `Bearer ${token}` }
    expect((await house.inject({ url: '/api/v1/house', headers })).statusCode).toBe(200)
    expect((await house.inject({ method: 'PUT', url: '/api/v1/house', headers, payload: { name: 'Mine' } })).statusCode).toBe(403)
    expect((await house.inject({ url: '/api/v1/keys', headers })).statusCode).toBe(403)
    expect((await house.inject({ url: '/api/v1/keys', headers: admin })).body).not.toContain(token)
    expect((await house.inject({ method: 'DELETE', url: `/api/v1/keys/${id}`, headers: admin })).statusCode).toBe(204)
    expect((await house.inject({ url: '/api/v1/house', headers })).statusCode).toBe(401)
  })
})

describe('one click in the sandbox', () => {
  let house: TestHouse
  beforeAll(async () => { house = await startTestHouse({ sandbox: true }) })
  afterAll(() => house.close())
  const click = (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    house.inject({ method: 'POST', url: '/api/v1/session/sandbox', payload: { role: 'manager' }, headers: { host: '127.0.0.1:8080', ...headers }, remoteAddress })

  it('signs in as that role from this machine', async () => {
    const answer = await click()
    expect(answer.json()).toMatchObject({ me: { role: 'manager' }, sandbox: true })
  })

  it('is refused to any other machine, to whatever a proxy passes on, and to a foreign name that points here', async () => {
    const answers = [await click({}, '192.168.1.20'), await click({ 'x-forwarded-for': '203.0.113.9' }), await click({ host: 'evil.example' })]
    expect(answers.map(answer => answer.statusCode)).toEqual([403, 403, 403])
    expect(answers.every(answer => answer.cookies.length === 0)).toBe(true)
  })

  it('is not offered to any other machine', async () => {
    expect((await house.inject({ url: '/api/v1/session', headers: { host: '127.0.0.1:8080' } })).json().sandbox).toBe(true)
    expect((await house.inject({ url: '/api/v1/session', remoteAddress: '192.168.1.20' })).json().sandbox).toBe(false)
  })

  it('does not exist outside the sandbox', async () => {
    const real = await startTestHouse()
    const answer = await real.inject({ method: 'POST', url: '/api/v1/session/sandbox', payload: { role: 'manager' }, headers: { host: '127.0.0.1:8080' }, remoteAddress: '127.0.0.1' })
    expect(answer.json().error.code).toBe('sandbox_only')
    await real.close()
  })
})
