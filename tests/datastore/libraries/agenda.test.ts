import type { Db } from 'mongodb'
import type { Fixture } from '../../../datastore/testing/fixture.ts'
import { MongoBackend } from '@agendajs/mongo-backend'
import { Agenda } from 'agenda'
import { ObjectId } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'

let fixture: Fixture
let database: Db
let running: Agenda[]

beforeAll(async () => {
  fixture = await startFixture()
})
beforeEach(() => {
  database = fixture.client.db(`agenda_${new ObjectId().toHexString()}`)
  running = []
})
afterEach(async () => {
  for (const agenda of running)
    await agenda.stop()
})
afterAll(() => fixture.close())

/** An instance as one of several processes would have it. */
async function instance(name: string, define: (agenda: Agenda) => void): Promise<Agenda> {
  const agenda = new Agenda({ backend: new MongoBackend({ mongo: database }), processEvery: 50, name })
  define(agenda)
  running.push(agenda)
  await agenda.start()
  return agenda
}

describe('agenda on the store', () => {
  it('runs each job once among two instances', async () => {
    const done: { by: string, n: number }[] = []
    const define = (by: string) => (agenda: Agenda): void => {
      agenda.define<{ n: number }>('count', async (job) => {
        await new Promise(resolve => setTimeout(resolve, 5))
        done.push({ by, n: job.attrs.data.n })
      }, { concurrency: 4 })
    }
    const first = await instance('first', define('first'))
    await instance('second', define('second'))
    for (let n = 0; n < 40; n++)
      await first.now('count', { n })
    await expect.poll(() => done.length, { timeout: 15_000 }).toBe(40)
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(done.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n))
    const { jobs } = await first.queryJobs({ name: 'count' })
    expect(jobs.every(({ lockedAt, lastFinishedAt }) => !lockedAt && lastFinishedAt)).toBe(true)
  })

  it('repeats a job, and keeps one of it however often it is asked for', async () => {
    let runs = 0
    const agenda = await instance('only', it => it.define('tick', async () => void runs++))
    await agenda.every('1 second', 'tick')
    await agenda.every('1 second', 'tick')
    await expect.poll(() => runs, { timeout: 10_000 }).toBeGreaterThanOrEqual(3)
    expect((await agenda.queryJobs({ name: 'tick' })).total).toBe(1)
  })

  it('keeps one unique job for a key', async () => {
    const agenda = await instance('only', it => it.define('remind', async () => {}))
    const later = new Date(Date.now() + 3_600_000)
    for (const text of ['first', 'second'])
      await agenda.create('remind', { guest: 7, text }).unique({ 'data.guest': 7 }).schedule(later).save()
    await agenda.create('remind', { guest: 8, text: 'other' }).unique({ 'data.guest': 8 }).schedule(later).save()
    const { jobs } = await agenda.queryJobs({ name: 'remind', sort: { name: 'asc' } })
    expect(jobs.map(({ data }) => data).sort((a, b) => (a as { guest: number }).guest - (b as { guest: number }).guest)).toEqual([{ guest: 7, text: 'second' }, { guest: 8, text: 'other' }])
  })

  it('notes why a job failed, and cancels jobs', async () => {
    const agenda = await instance('only', it => it.define('fail', async () => {
      throw new Error('no wind')
    }))
    await agenda.now('fail', {})
    await expect.poll(async () => (await agenda.queryJobs({ name: 'fail' })).jobs[0]?.failReason, { timeout: 10_000 }).toBe('no wind')
    expect(await agenda.cancel({ name: 'fail' })).toBe(1)
    expect((await agenda.queryJobs({ name: 'fail' })).total).toBe(0)
  })
})
