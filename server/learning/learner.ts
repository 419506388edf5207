import type { Customer } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Lease } from '../platform/lease.ts'
import type { Progress } from './progress.ts'
import type { StudyAsk } from './study.ts'
import type { RunningStudy } from './thread-host.ts'
import { trusted } from 'mongoose'
import { holdLease } from '../platform/lease.ts'
import { modelInUse, rereadPeople } from '../readiness/index.ts'
import { houseTimeZone, isNight } from './hours.ts'
import { keepProgress, readProgress } from './progress.ts'
import { learnOnce } from './run.ts'
import { studyInThread } from './thread-host.ts'

/** The lease lasts fifteen seconds. */
const renewMs = 4_000
const rereadAtOnce = 50
/** After so many people the store and whoever waits for it have the rest of the time: twice as long as was worked. */
const restFactor = 2

/** What learns at night and has people read anew with what was learnt; one process at a time does it. */
export interface Learner {
  start: () => void
  /** Ends a study that is under way, which wrote nothing, and resolves when nothing more is written. */
  stop: () => Promise<void>
}

/** Reads the next people anew with the model in use. @returns whether more are waiting */
export async function rereadNext(ctx: Context): Promise<boolean> {
  const [{ version, uses: [use] }, { reread }] = await Promise.all([modelInUse(ctx), readProgress(ctx)])
  // As long as the house has read with nothing but the prior, everybody is read with it already.
  if (!use) return false
  const place: NonNullable<Progress['reread']> = reread?.version === version && reread.since === use.since
    ? reread
    : { version, since: use.since, after: '', done: 0, all: await ctx.models.customers.estimatedDocumentCount() }
  if (place.after === null) return false
  const page = await ctx.models.customers.find({ _id: trusted({ $gt: place.after }) }).sort({ _id: 1 }).limit(rereadAtOnce).lean<Customer[]>()
  await rereadPeople(ctx, page.filter(customer => !customer.mergedInto && customer.readiness && customer.readiness.modelVersion !== version))
  const last = page.length < rereadAtOnce
  await keepProgress(ctx, { reread: { ...place, after: last ? null : page.at(-1)!._id, done: last ? place.all : Math.min(place.all, place.done + page.length) } })
  return !last
}

export interface LearnerOptions {
  /** Begins a study. @default one in a thread */
  study?: (ask: StudyAsk) => RunningStudy
  /** How often it looks whether there is something to do, milliseconds. @default 10_000 */
  everyMs?: number
  /** What lets one process at a time work. @default the house's */
  lease?: Lease
}

/** The worker; started by whoever starts the application. */
export function createLearner(ctx: Context, { study = ask => studyInThread(ctx, ask), everyMs = 10_000, lease = holdLease(ctx, 'learning') }: LearnerOptions = {}): Learner {
  const upSince = ctx.now()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let current: RunningStudy | undefined
  const state = { stopped: true }

  /** The study, for as long as this process has the lease: another one that took it over begins its own. */
  async function whileHeld(ask: StudyAsk) {
    current = study(ask)
    const renew = setInterval(() => {
      lease.held().then(held => held ? undefined : current?.end()).catch(error => ctx.log.warn({ err: error }, 'the lease of learning could not be renewed'))
    }, renewMs)
    try { return await current.done }
    finally {
      clearInterval(renew)
      current = undefined
    }
  }

  async function work(): Promise<void> {
    if (!await lease.held()) return
    const [progress, stores] = await Promise.all([readProgress(ctx), ctx.models.stores.find({}, { timeZone: 1 }).lean<{ timeZone: string }[]>()])
    if (progress.running) await keepProgress(ctx, { running: null })
    const last = progress.lastRun ? Date.parse(progress.lastRun.finishedAt) : null
    if (progress.asked || isNight(ctx.now(), houseTimeZone(stores), last, upSince)) {
      const run = await learnOnce(ctx, progress.asked?.by ?? null, whileHeld)
      ctx.log.info({ outcome: run?.outcome, version: run?.version, people: run?.people, outcomes: run?.outcomes }, 'learnt from what happened')
    }
    for (let more = true; more && !state.stopped && await lease.held();) {
      const begun = performance.now()
      more = await rereadNext(ctx)
      if (more) await new Promise(resolve => setTimeout(resolve, (performance.now() - begun) * restFactor))
    }
  }

  function later(): void {
    timer = setTimeout(() => {
      running = work()
        .catch((error) => { if (!state.stopped) ctx.log.error({ err: error }, 'learning failed') })
        .then(() => { if (!state.stopped) later() })
    }, everyMs)
    timer.unref()
  }

  return {
    start() {
      if (!state.stopped) return
      state.stopped = false
      later()
    },
    async stop() {
      state.stopped = true
      clearTimeout(timer)
      await current?.end()
      await running
      await lease.release().catch(() => {})
    },
  }
}
