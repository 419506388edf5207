import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'
import { createPasswords } from './passwords.ts'
import { createSession } from './sessions.ts'

const password = 'correct horse battery'
const origin = 'http://127.0.0.1:8080'
const day = 86_400_000

describe('signing in', () => {
  let house: TestHouse
  let time = Date.parse('2026-11-22T09:00:00Z')
  let address = 0
  beforeAll(async () => {
    house = await startTestHouse({ now: () => time })
    await house.ctx.models.advisors.updateOne({ _id: 'asha' }, { $set: { passwordHash: await createPasswords().hash(password) } })
  })
  // Every test comes from an address of its own, so that one does not use up another's tries.
  beforeEach(() => { address++ })
  afterAll(() => house.close())

  const signIn = (body: object, headers: Record<string, string> = { origin }) =>
    house.inject({ method: 'POST', url: '/api/v1/session', payload: body, headers, remoteAddress: `10.0.0.${address}` })
  const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>) => `${answer.cookies[0]!.name}=${answer.cookies[0]!.value}`
  const session = (cookie: string) => house.inject({ url: '/api/v1/session', headers: { cookie } })

  it('gives a cookie that scripts cannot read and a token for what changes something', async () => {
    const answer = await signIn({ email: 'Asha@House.example', password })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ me: { id: 'asha', role: 'advisor', email: 'asha@house.example' }, sandbox: false, needsSetup: false, csrfToken: expect.stringMatching(/^[\w-]{43}$/) })
    expect(answer.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    expect((await session(cookieOf(answer))).json().me.id).toBe('asha')
  })

  it('keeps only the hash of the cookie', async () => {
    const value = (await signIn({ email: 'asha@house.example', password })).cookies[0]!.value
    const kept = await house.ctx.models.sessions.find().lean()
    expect(JSON.stringify(kept)).not.toContain(value)
  })

  it('answers the same for a wrong password and an unknown person', async () => {
    const wrong = await signIn({ email: 'asha@house.example', password: 'wrong' })
    const unknown = await signIn({ email: 'nobody@house.example', password: 'wrong' })
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401])
    expect(wrong.json()).toEqual(unknown.json())
    expect(wrong.cookies).toEqual([])
  })

  it('refuses somebody without a password, and somebody who has left', async () => {
    expect((await signIn({ email: 'bilal@house.example', password })).statusCode).toBe(401)
    await house.ctx.models.advisors.updateOne({ _id: 'asha' }, { $set: { active: false } })
    expect((await signIn({ email: 'asha@house.example', password })).statusCode).toBe(401)
    await house.ctx.models.advisors.updateOne({ _id: 'asha' }, { $set: { active: true } })
  })

  it('refuses a form on a page of somebody else', async () => {
    expect((await signIn({ email: 'asha@house.example', password }, { origin: 'https://evil.example' })).json().error.code).toBe('csrf')
  })

  it('is limited per account, from however many addresses the tries come', async () => {
    let last = 0
    for (let i = 0; i < 11; i++) {
      address++
      last = (await signIn({ email: 'chen@house.example', password: `guess ${i}` })).statusCode
    }
    expect(last).toBe(429)
  })

  it('is limited per address, however many accounts are tried', async () => {
    const answers = []
    for (let i = 0; i < 31; i++) answers.push(await signIn({ email: `person${i}@house.example`, password: 'guess' }))
    expect(answers.at(29)!.statusCode).toBe(401)
    expect(answers.at(30)!.statusCode).toBe(429)
    expect(Number(answers.at(30)!.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('ends by signing out, for the server as well', async () => {
    const answer = await signIn({ email: 'asha@house.example', password })
    const cookie = cookieOf(answer)
    const out = await house.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, origin, 'x-csrf-token': answer.json().csrfToken } })
    expect(out.statusCode).toBe(204)
    expect((await session(cookie)).json().me).toBeNull()
  })

  it('takes the place of the session that the browser had', async () => {
    const first = cookieOf(await signIn({ email: 'asha@house.example', password }))
    await signIn({ email: 'asha@house.example', password }, { origin, cookie: first })
    expect((await session(first)).json().me).toBeNull()
  })

  it('lasts two weeks from the last use, and two months at most', async () => {
    const { token } = await createSession(house.ctx, 'asha')
    const cookie = `loupe=${token}`
    const started = time
    const isIn = async () => (await session(cookie)).json().me !== null
    for (let passed = 13; passed < 60; passed += 13) {
      time = started + passed * day
      expect(await isIn(), `day ${passed}`).toBe(true)
    }
    time = started + 60 * day
    expect(await isIn()).toBe(false)
    const idle = await createSession(house.ctx, 'asha')
    time += 14 * day
    expect((await session(`loupe=${idle.token}`)).json().me).toBeNull()
  })
})

describe('a request by cookie that changes something', () => {
  let house: TestHouse
  beforeAll(async () => { house = await startTestHouse() })
  afterAll(() => house.close())
  const rename = (headers: Record<string, string>) => house.inject({ method: 'PATCH', url: '/api/v1/me', payload: { locale: 'hi' }, headers })

  it('needs the session\'s token and a page of ours', async () => {
    const headers = await house.signIn('asha')
    expect((await rename(headers)).json()).toMatchObject({ id: 'asha', locale: 'hi' })
    for (const locale of ['xx', 'javascript:alert(1)', { $ne: 'en' }])
      expect((await house.inject({ method: 'PATCH', url: '/api/v1/me', payload: { locale }, headers })).statusCode).toBe(400)
    const { 'x-csrf-token': _, ...without } = headers
    const others = await house.signIn('bilal')
    for (const forged of [without, { ...headers, 'x-csrf-token': others['x-csrf-token'] }, { ...headers, origin: 'https://evil.example' }]) {
      const answer = await rename(forged)
      expect(answer.statusCode).toBe(403)
      expect(answer.json().error.code).toBe('csrf')
    }
  })

  it('is refused to a stranger and to a key that nobody made', async () => {
    expect((await rename({})).statusCode).toBe(401)
    expect((await rename({ authorization: 'Bearer loupe_made-up' })).statusCode).toBe(401)
  })

  it('can be undone by a change of rights: the session ends everywhere', async () => {
    const admin = await house.signIn('administrator')
    const chen = await house.signIn('chen')
    const seen: unknown[] = []
    house.ctx.bus.on('session.ended', event => seen.push(event))
    const answer = await house.inject({ method: 'PATCH', url: '/api/v1/advisors/chen', payload: { role: 'manager' }, headers: admin })
    expect(answer.json()).toMatchObject({ id: 'chen', role: 'manager' })
    expect((await rename(chen)).statusCode).toBe(401)
    expect(seen).toEqual([{ advisorId: 'chen', sessionId: null, reason: 'role_changed' }])
  })
})
