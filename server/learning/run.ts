import type { LearningRun } from '#contracts'
import type { Store } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { ScopedReport } from './judge.ts'
import type { Progress } from './progress.ts'
import type { Study, StudyAsk } from './study.ts'
import { trusted } from 'mongoose'
import { modelInUse, putInUse } from '../readiness/index.ts'
import { joinContacts } from './contacts/join.ts'
import { keepGain } from './contacts/keep.ts'
import { keepProgress } from './progress.ts'
import { neededOutcomes } from './study.ts'
import { keepModel, pruneModels } from './versions.ts'

/** Name of what is learnt at a time: to the second, so that no two are called the same. */
const versionAt = (ms: number) => `learnt-${new Date(ms).toISOString().slice(0, 19).replaceAll(':', '')}`

/**
 * One night's work: studies the house, keeps what was learnt by its version, puts it in use where it did better and nobody has chosen another, and keeps the
 * reports. May end at any point and be run again. `by` is who asked for it, null for the night.
 * @throws whatever the study failed with, after that was kept as the outcome
 */
export async function learnOnce(ctx: Context, by: string | null, study: (ask: StudyAsk) => Promise<Study>): Promise<Progress['lastRun']> {
  const startedMs = ctx.now()
  const startedAt = new Date(startedMs).toISOString()
  await keepProgress(ctx, { running: { since: startedAt } })
  const ended = async (run: Pick<LearningRun, 'outcome' | 'version' | 'people' | 'signals' | 'outcomes'>) => {
    const lastRun = { startedAt, finishedAt: new Date(ctx.now()).toISOString(), by, needed: neededOutcomes, ...run }
    await keepProgress(ctx, { lastRun, running: null, asked: null })
    return lastRun
  }
  try {
    await joinContacts(ctx, startedMs)
    const [inUse, stores] = await Promise.all([modelInUse(ctx), ctx.models.stores.find({}, { country: 1 }).lean<Pick<Store, '_id' | 'country'>[]>()])
    const studied = await study({ untilMs: startedMs, version: versionAt(startedMs), inUse: inUse.model, pinned: inUse.pinned, stores: stores.map(({ _id, country }) => ({ id: _id, country })) })
    const { made, people, signals, outcomes } = studied
    let { outcome } = studied
    if (made) await keepModel(ctx, { ...made, madeAt: new Date(startedMs) })
    if (made && outcome === 'new_in_use') {
      const use = { version: made._id, since: new Date(ctx.now()).toISOString(), by, why: 'better' as const, reason: null }
      // False: a person chose a model while this one was learnt, and theirs stays.
      if (!await putInUse(ctx, inUse, { pinned: false, use })) outcome = 'pinned'
    }
    if (studied.gain) await keepGain(ctx, studied.gain, startedMs)
    await keepReports(ctx, studied.reports, new Date(startedMs))
    await pruneModels(ctx)
    return await ended({ outcome, version: made?._id ?? null, people, signals, outcomes })
  }
  catch (error) {
    await ended({ outcome: 'failed', version: null, people: 0, signals: 0, outcomes: 0 })
    throw error
  }
}

const reportsAtOnce = 100

/** Replaces the reports of the night before; those of stores that are no more go. */
async function keepReports(ctx: Context, reports: readonly ScopedReport[], madeAt: Date): Promise<void> {
  for (let i = 0; i < reports.length; i += reportsAtOnce) {
    await ctx.models.learningReports.collection.bulkWrite(reports.slice(i, i + reportsAtOnce).map((report) => {
      const _id = `${report.kind}:${report.scopeId}|${report.weeks}`
      return { replaceOne: { filter: { _id: _id as never }, replacement: { ...report, madeAt } as never, upsert: true } }
    }), { ordered: false })
  }
  await ctx.models.learningReports.deleteMany({ madeAt: trusted({ $lt: madeAt }) })
}
