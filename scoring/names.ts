/** Features made of the person's own rhythm: what an ablation of the rhythm takes away. */
const rhythmNames = ['forecast', 'surprise', 'alive', 'beyond_largest', 'variation', 'last_gap', 'forecast_squared', 'forecast_by_visits', 'surprise_by_visits'] as const

/** Features that anybody could count. Only `heat` and `against` look at what a signal weighs. */
const countNames = [
  'silence',
  'silence_long',
  'silence_short',
  'silence_squared',
  'silence_by_visits',
  'visits',
  'visits_squared',
  'age',
  'age_by_visits',
  'recent_short',
  'recent',
  'recent_long',
  'heat',
  'against',
  'unanswered',
  'touched',
  'since_touch',
  'our_turn',
  'never_active',
  'outcomes',
  'since_outcome',
  'amount',
] as const

/** The features that every head has, in their order, before those of single signal types and sources. */
export const commonFeatures = [...rhythmNames, ...countNames] as const

export type CommonFeature = typeof commonFeatures[number]

/** What a single type adds: seen at all, how much lately, how long ago. */
export const typeFeatures = ['seen', 'lately', 'ago'] as const
