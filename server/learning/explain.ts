import type { ReadinessExplanation } from '#contracts'
import type { Model, State } from '#scoring'
import type { Actor } from '../accounts/index.ts'
import type { Context } from '../platform/context.ts'
import { aboutFeature, assess, changeInWords, emptyState, forecasts, reasonInWords, whatWouldChange } from '#scoring'
import { visibleCustomer } from '../customers/index.ts'
import { houseModel, stateOf } from '../readiness/index.ts'

const mostChanges = 4

/** What a reading is made of, exactly: every part of each logit, the reasons with their signals, and what would change it. Pure. */
export function explained(model: Model, state: State, atMs: number): Omit<ReadinessExplanation, 'customerId'> {
  const at = state.folded > 0 ? Math.max(atMs, state.ref) : atMs
  return {
    at: new Date(atMs).toISOString(),
    modelVersion: model.version,
    horizons: forecasts(model, state, at).map(({ horizonDays, p, bias, contributions }) => ({
      horizonDays,
      p,
      bias,
      parts: contributions.toSorted((a, b) => Math.abs(b.logit) - Math.abs(a.logit)).map(({ name, logit }) => {
        const { signal, word } = aboutFeature(model, name)
        return { name, logit, signal, word }
      }),
    })),
    reasons: assess(model, state, atMs).reasons.map(reason => ({ ...reason, inWords: reasonInWords(reason) })),
    change: whatWouldChange(model, state, atMs, mostChanges).map(change => ({ ...change, inWords: changeInWords(change) })),
  }
}

/** The reading of a person at this moment, explained. @throws LoupeError `not_found` */
export async function explainReadiness(ctx: Context, actor: Actor, customerId: string): Promise<ReadinessExplanation> {
  const { customer } = await visibleCustomer(ctx, actor, customerId)
  return { customerId: customer._id, ...explained(await houseModel(ctx), stateOf(customer) ?? emptyState(), ctx.now()) }
}
