import type { Contact } from '#scoring'
import type { ContactMoment, Models } from '../../models/index.ts'
import { trusted } from 'mongoose'
import { priorModel } from '#scoring'

/** The newest moments that are learnt from. */
const mostMoments = 50_000

/** Moments of which it is known whether the person came, as this engine measures people, the newest first. */
export async function readContacts(models: Pick<Models, 'contactMoments'>): Promise<Contact[]> {
  const told = await models.contactMoments.find({ closesAt: null, engine: priorModel().version, came: trusted({ $ne: null }) }, { x: 1, act: 1, chance: 1, came: 1 }).sort({ closesAt: 1, at: -1 }).limit(mostMoments).lean<ContactMoment[]>()
  return told.map(({ x, act, chance, came }) => ({ x, acted: act, chance, came: came === true }))
}
