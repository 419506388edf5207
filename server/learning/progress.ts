import type { LearningRun } from '#contracts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { isDuplicate } from '../platform/duplicates.ts'

const progressSetting = 'readiness.learning'

/** Where the work of learning stands, kept in one setting. Times in ISO form. */
export interface Progress {
  /** Somebody does not want to wait for the night. */
  asked?: { by: string, at: string } | null
  running?: { since: string } | null
  lastRun?: Omit<LearningRun, 'by'> & { by: string | null }
  /** How far people have been read anew with a model; `after` is the last of them, null when all are. */
  reread?: { version: string, since: string, after: string | null, done: number, all: number }
}

export async function readProgress(ctx: Pick<Context, 'models'>): Promise<Progress> {
  const kept = await ctx.models.settings.findById(progressSetting).lean()
  return (kept?.value as Progress | undefined) ?? {}
}

/** Sets what is given and leaves the rest. Only the holder of the lease writes anything but `asked`. */
export async function keepProgress(ctx: Pick<Context, 'models'>, progress: Progress): Promise<void> {
  const fields = Object.fromEntries(Object.entries(progress).map(([name, value]) => [`value.${name}`, value]))
  await ctx.models.settings.updateOne({ _id: progressSetting }, { $set: fields }, { upsert: true })
}

/** Asks for a night's work now; whoever asked first stays the one who did. */
export async function askToLearn(ctx: Pick<Context, 'models' | 'now'>, by: string): Promise<void> {
  try {
    await ctx.models.settings.updateOne({ '_id': progressSetting, 'value.asked.by': trusted({ $exists: false }) }, { $set: { 'value.asked': { by, at: new Date(ctx.now()).toISOString() } } }, { upsert: true })
  }
  catch (error) {
    if (!isDuplicate(error)) throw error
  }
}
