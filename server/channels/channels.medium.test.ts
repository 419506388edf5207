import type { Channel } from '../models/index.ts'
import type { TestHouse } from '../testing/harness.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestHouse } from '../testing/harness.ts'
import { createChannelChecker } from './checker.ts'
import { markDead, markGood, takeNews } from './state.ts'

const minute = 60_000
const works = () => Response.json({ verified_name: 'House of Gold', username: 'houseofgold' })
const tokenRefused = () => Response.json({ error: { message: 'Invalid OAuth access token.', code: 190 } }, { status: 401 })

let house: TestHouse
let now = Date.UTC(2026, 4, 1, 10)
/** How the provider answers, and what it was asked. */
let answer: () => Response | Promise<Response> = works
let asked: string[] = []
beforeAll(async () => {
  house = await startTestHouse({
    now: () => now,
    fetch: async (url) => {
      asked.push(url)
      return answer()
    },
  })
})
beforeEach(async () => {
  answer = works
  asked = []
  now += 24 * 60 * minute
  await house.ctx.models.channels.updateMany({}, { $set: { state: 'live', stateReason: null, knownGoodAt: null, toldAt: null, check: null, checkAt: null } })
  await house.ctx.models.leases.deleteMany({ _id: 'channels' })
})
afterAll(() => house.close())

const channel = (id = 'wa-mumbai') => house.ctx.models.channels.findById(id).lean<Channel>().orFail()
const dies = (code = '190') => markDead(house.ctx, { channelId: 'wa-mumbai', code, at: new Date(now) })
const askedFor = async (id: string) => asked.filter(url => url.includes(`/${encodeURIComponent(id)}?`)).length
async function externalId(): Promise<string> { return (await channel()).externalId }

describe('the checker', () => {
  it('asks for every channel after the start, keeps what it was told, and revives one that had died before', async () => {
    await dies()
    now += minute
    const checker = createChannelChecker(house.ctx)
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'live', stateReason: null, check: { result: 'ok', at: new Date(now), failed: 0 } })
    expect(await channel('ig-house')).toMatchObject({ state: 'live', check: { result: 'ok' } })
    // Its account SID is none.
    expect(await channel('twilio-house')).toMatchObject({ state: 'dead', stateReason: 'not_configured', check: { result: 'unset' } })
    await checker.stop()
  })

  it('finds a token that no longer works before a message does, and that it works again', async () => {
    const checker = createChannelChecker(house.ctx)
    answer = tokenRefused
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'dead', stateReason: '190', check: { result: 'refused', code: '190', failed: 1 } })
    answer = works
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'dead' })
    now += minute
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'live', stateReason: null, check: { result: 'ok' } })
    await checker.stop()
  })

  it('asks ever more seldom while a channel is dead', async () => {
    const checker = createChannelChecker(house.ctx)
    answer = tokenRefused
    await checker.round()
    asked = []
    for (let minutes = 0; minutes < 240; minutes++) {
      now += minute
      await checker.round()
    }
    const times = await askedFor(await externalId())
    expect(times).toBeGreaterThanOrEqual(6)
    expect(times).toBeLessThanOrEqual(9)
    await checker.stop()
  })

  it('does not revive what is refused for a reason that it cannot see, until a day has passed', async () => {
    const checker = createChannelChecker(house.ctx)
    await checker.round()
    await dies('131042')
    for (let hours = 0; hours < 20; hours++) {
      await checker.round()
      now += 60 * minute
    }
    expect(await channel()).toMatchObject({ state: 'dead', stateReason: '131042', check: { result: 'ok' } })
    now += 6 * 60 * minute
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'live' })
    await checker.stop()
  })

  it('changes no state where the provider cannot be reached', async () => {
    const checker = createChannelChecker(house.ctx)
    answer = () => { throw new TypeError('fetch failed') }
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'live', check: { result: 'unknown', code: 'network', failed: 1 } })
    await checker.stop()
  })

  it('counts what is told while it asks for more than the answer', async () => {
    const checker = createChannelChecker(house.ctx)
    await dies()
    now += minute
    answer = async () => {
      now += 1_000
      await dies('368')
      return works()
    }
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'dead' })
    answer = async () => {
      await markGood(house.ctx, await channel())
      return tokenRefused()
    }
    now += 60 * minute
    await checker.round()
    expect(await channel()).toMatchObject({ state: 'live' })
    await checker.stop()
  })

  it('is one in the house', async () => {
    const [one, other] = [createChannelChecker(house.ctx), createChannelChecker(house.ctx)]
    await one.round()
    asked = []
    await other.round()
    expect(asked).toEqual([])
    await one.stop()
    await other.round()
    expect(await askedFor(await externalId())).toBe(1)
    await other.stop()
  })
})

describe('an administrator', () => {
  const check = async (headers: Record<string, string>, id = 'wa-mumbai') => house.inject({ method: 'POST', url: `/api/v1/channels/${id}/check`, headers })

  it('has a channel checked now, which makes it live again where the provider says so', async () => {
    const dana = await house.signIn('administrator')
    await dies('131042')
    expect((await check(dana)).json()).toMatchObject({ id: 'wa-mumbai', state: 'live', reason: null, check: { result: 'ok' } })
    answer = tokenRefused
    now += 1_000
    const refused = await check(dana)
    expect(refused.json()).toMatchObject({ state: 'dead', reason: '190', check: { result: 'refused', code: '190' } })
    expect(refused.body).not.toMatch(/token|sealed/i)
    expect(await house.ctx.models.audit.countDocuments({ action: 'channel.checked', subjectId: 'wa-mumbai' })).toBe(2)
    expect((await check(dana, 'nobody')).statusCode).toBe(404)
  })

  it('alone may ask, and not without end', async () => {
    for (const who of ['advisor', 'manager'] as const) expect((await check(await house.signIn(who))).statusCode).toBe(403)
    expect((await check({})).statusCode).toBe(401)
    const key = await house.key('write:house')
    const answers = []
    for (let n = 0; n < 25; n++) answers.push((await check(key)).statusCode)
    expect(new Set(answers)).toEqual(new Set([200, 429]))
  })
})

describe('news of an account', () => {
  const told = (state: 'live' | 'dead', minutes: number) => takeNews(house.ctx, 'wa-mumbai', { state, reason: 'DISABLED_UPDATE', at: new Date(now + minutes * minute) })

  it('that come late do not undo newer ones', async () => {
    await told('live', 10)
    await told('dead', 5)
    expect(await channel()).toMatchObject({ state: 'live' })
    await told('dead', 20)
    await told('live', 15)
    expect(await channel()).toMatchObject({ state: 'dead', stateReason: 'DISABLED_UPDATE' })
    await told('live', 25)
    expect(await channel()).toMatchObject({ state: 'live', stateReason: null })
  })

  it('do not undo a refusal that is newer, nor a success', async () => {
    await dies()
    await told('live', -5)
    expect(await channel()).toMatchObject({ state: 'dead' })
    await markGood(house.ctx, await channel())
    await told('dead', -1)
    expect(await channel()).toMatchObject({ state: 'live' })
  })
})
