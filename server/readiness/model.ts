import type { Model } from '#scoring'
import type { Context } from '../platform/context.ts'
import { priorModel } from '#scoring'

/** Setting that holds the model which the house has learnt. */
export const modelSetting = 'readiness.model'

/** The model that the house's readiness is read with: what it has learnt, or the prior before it has outcomes. */
export async function houseModel(ctx: Pick<Context, 'models'>): Promise<Model> {
  const kept = await ctx.models.settings.findById(modelSetting).lean()
  const model = kept?.value as Model | undefined
  return model?.version && model.heads ? model : priorModel()
}
