import type { GainModel } from '#scoring'
import type { ContactGain } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { trusted } from 'mongoose'
import { priorModel } from '#scoring'

/** Versions that are kept. */
const mostVersions = 30

type Reading = Pick<Context, 'models'>

/** Keeps what a contact gains by a version of its own; the newest is in use. */
export async function keepGain({ models }: Reading, model: GainModel, madeMs: number): Promise<void> {
  const engine = priorModel().version
  const _id = `gain-${new Date(madeMs).toISOString().slice(0, 19).replaceAll(':', '')}`
  await models.contactGains.updateOne({ _id }, { $setOnInsert: { engine, model, madeAt: new Date(madeMs) } }, { upsert: true })
  const [oldest] = await models.contactGains.find({ engine }, { madeAt: 1 }).sort({ engine: 1, madeAt: -1 }).skip(mostVersions).limit(1).lean<Pick<ContactGain, 'madeAt'>[]>()
  if (oldest) await models.contactGains.deleteMany({ engine, madeAt: trusted({ $lte: oldest.madeAt }) })
}

/** What a contact gains by what was learnt last; null as long as nobody knows. */
export async function houseGain({ models }: Reading): Promise<GainModel | null> {
  const [newest] = await models.contactGains.find({ engine: priorModel().version }).sort({ engine: 1, madeAt: -1 }).limit(1).lean<ContactGain[]>()
  return newest?.model ?? null
}
