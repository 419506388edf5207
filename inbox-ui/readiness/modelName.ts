import type { LearningModel } from '#contracts'
import type { Translate } from '../lib/time.ts'

/** What people call a version. */
export function modelName(model: Pick<LearningModel, 'isPrior' | 'madeAt' | 'version'>, date: (at: string) => string, t: Translate): string {
  if (model.isPrior) return t('learning.models.prior')
  return model.madeAt ? t('learning.models.learnt', { date: date(model.madeAt) }) : model.version
}
