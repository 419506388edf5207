import type { Context } from '../../platform/context.ts'
import type { Keeper } from '../keeper.ts'
import type { Accepted } from '../parcels.ts'
import type { DeskHouse } from '../testing/desk-house.ts'
import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotStored } from '../keeper.ts'
import { startDeskHouse } from '../testing/desk-house.ts'
import { spoolKeeper } from './spool-keeper.ts'

let house: DeskHouse
let dir: string
const keepers: Keeper[] = []
beforeAll(async () => { house = await startDeskHouse() })
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'loupe-spool-keeper-'))
  await house.reset()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(keepers.splice(0).map(keeper => keeper.close()))
  rmSync(dir, { recursive: true, force: true })
})
afterAll(() => house.close())

const delivery = (name: string): Accepted => ({ adapter: 'meta', contentType: 'application/json', body: Buffer.from(name) })
/** The bodies that the store has, in the order in which intake would take them. */
const inStore = async () => (await house.ctx.models.parcels.find().sort({ _id: 1 }).lean()).flatMap(({ deliveries }) => deliveries.map(({ body }) => body.toString()))
const handedOn = (keeper: Keeper) => expect.poll(keeper.waiting, { timeout: 10_000 }).toBe(0)

async function opened(more: Partial<Context> = {}): Promise<Keeper> {
  const keeper = spoolKeeper({ ...house.ctx, now: Date.now, ...more }, dir)
  keepers.push(keeper)
  await keeper.open()
  return keeper
}

/** Every insert waits until it is let go, or fails. */
function holdStore(): { release: () => void, fail: () => void } {
  const { db } = house.ctx.connection
  const command = db!.command.bind(db)
  const held: (() => void)[] = []
  let state: 'holding' | 'released' | 'failing' = 'holding'
  vi.spyOn(db!, 'command').mockImplementation(async (...args) => {
    if (state === 'holding') await new Promise<void>(resolve => held.push(resolve))
    if (state === 'failing') throw new Error('The store is gone')
    return command(...args)
  })
  const go = (next: typeof state) => () => {
    state = next
    for (const resolve of held.splice(0)) resolve()
  }
  return { release: go('released'), fail: go('failing') }
}

describe('deliveries in the spool', () => {
  it('are answered while the store is busy, and are in it afterwards, in their order', async () => {
    const keeper = await opened()
    const store = holdStore()
    for (let i = 0; i < 30; i++) await keeper.keep([delivery(`${i}a`), delivery(`${i}b`)])
    expect(keeper.waiting()).toBe(60)
    expect(await inStore()).toEqual([])
    store.release()
    await handedOn(keeper)
    expect(await inStore()).toEqual(Array.from({ length: 30 }, (_, i) => [`${i}a`, `${i}b`]).flat())
  })

  it('are told of once the store has them', async () => {
    let told = 0
    const end = house.ctx.bus.on('deliveries.stored', ({ count }) => { told += count })
    const keeper = await opened()
    await keeper.keep([delivery('a'), delivery('b')])
    await handedOn(keeper)
    end()
    expect(told).toBe(2)
  })

  it('are in the store once, however often they come', async () => {
    const keeper = await opened()
    for (let i = 0; i < 3; i++) await keeper.keep([delivery('a'), delivery('b'), delivery('a')])
    await handedOn(keeper)
    expect((await inStore()).toSorted()).toEqual(['a', 'b'])
  })

  it('that an ended process left are in the store when the next has opened', async () => {
    const earlier = await opened()
    holdStore().fail()
    await earlier.keep([delivery('a')])
    await earlier.close()
    vi.restoreAllMocks()
    expect(await inStore()).toEqual([])
    await opened()
    expect(await inStore()).toEqual(['a'])
  })

  it('stay, and no more are taken, while the store does not take them', async () => {
    const keeper = await opened()
    const store = holdStore()
    store.fail()
    await keeper.keep([delivery('a')])
    await expect.poll(() => keeper.keep([delivery('b')]).then(() => 'kept', (error: unknown) => error)).toBeInstanceOf(NotStored)
    expect(keeper.waiting()).toBeGreaterThan(0)
    store.release()
    await handedOn(keeper)
    await keeper.keep([delivery('c')])
    await handedOn(keeper)
    expect(await inStore()).toEqual(expect.arrayContaining(['a', 'c']))
  })

  it('of one parcel were received within a second of each other', async () => {
    const clock = { now: Date.UTC(2026, 4, 1, 10) }
    const keeper = await opened({ now: () => clock.now })
    const store = holdStore()
    for (const [name, at] of [['a', 0], ['b', 900], ['c', 2_000], ['d', 2_100]] as const) {
      clock.now = Date.UTC(2026, 4, 1, 10) + at
      await keeper.keep([delivery(name)])
    }
    store.release()
    await handedOn(keeper)
    const parcels = await house.ctx.models.parcels.find().sort({ _id: 1 }).lean()
    // The first was under way when the others came.
    expect(parcels.map(({ deliveries, receivedAt }) => [deliveries.map(({ body }) => body.toString()).join(''), receivedAt.getTime() % 10_000])).toEqual([['a', 0], ['b', 900], ['cd', 2_000]])
  })
})
