import type { Explored } from '#scoring'
import type { ContactMoment, Customer } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { contactFeatures, contactHorizonDays, exploreAdvice, priorModel } from '#scoring'
import { idOf } from '../../identity/index.ts'
import { isDuplicate } from '../../platform/duplicates.ts'
import { stateOf } from '../../readiness/index.ts'

const dayMs = 86_400_000
/** Tills tell of a visit some days late. */
const lateDays = 2

const leftAlone: Explored = { act: false, chance: 1, explored: false }

/**
 * Whether an automation contacts somebody now: what it asks after the touch gate has let it through, and before it writes. As their next action advises, but for
 * the share that is left to chance (`exploreAdvice`); where chance had its part, what was decided is kept with what the person showed, so that the night can learn
 * what contact gains. It counts as it was decided, whatever becomes of the message. `occasion` names what it is about (`birthday-2026`): asked again about the same, the
 * answer is the same. Without advice, or with advice that has expired, nobody is contacted.
 */
export async function decideContact(ctx: Pick<Context, 'models' | 'now' | 'random'>, customer: Customer, automation: string, occasion: string): Promise<Explored> {
  const { contactMoments } = ctx.models
  const at = ctx.now()
  const { readiness } = customer
  const state = stateOf(customer)
  const _id = idOf('contact', automation, customer._id, occasion)
  const known = await contactMoments.findById(_id).lean<ContactMoment>()
  if (known) return answerOf(known)
  if (!readiness || !state || Date.parse(readiness.nextAction.expiresAt) <= at) return leftAlone
  const decided = exploreAdvice(readiness.nextAction, ctx.random())
  // What is never tried out was no choice, and teaches nothing of one.
  if (decided.chance === 1) return decided
  const moment: ContactMoment = {
    _id,
    customerId: customer._id,
    automation,
    at: new Date(at),
    engine: priorModel().version,
    x: contactFeatures(state, at),
    advice: readiness.nextAction.reason.code,
    modelVersion: readiness.modelVersion,
    ...decided,
    closesAt: new Date(at + (contactHorizonDays + lateDays) * dayMs),
    came: null,
  }
  try {
    await contactMoments.create(moment)
    return decided
  }
  catch (error) {
    if (!isDuplicate(error)) throw error
    const first = await contactMoments.findById(_id).lean<ContactMoment>()
    return first ? answerOf(first) : leftAlone
  }
}

function answerOf({ act, chance, explored }: ContactMoment): Explored {
  return { act, chance, explored }
}
