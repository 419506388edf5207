import { z } from 'zod'
import { LearningCredit, LearningEnding } from './credit.ts'
import { SignalType } from './signals.ts'

/** A probability or a rate, 0…1. */
const Rate = z.number().min(0).max(1)
const Time = z.string()
const Count = z.number().int().min(0)

/** Weeks in which a promise's time was up, counted back from the night of the report. */
export const learningWeeks = [4, 13, 26] as const
export type LearningWeeks = typeof learningWeeks[number]

/** How well forecasts did. Null where it cannot be told: nobody came, or everybody. */
export const LearningFigures = z.object({
  /** Forecasts judged: one person at one moment each. Of those, how many were followed by a visit or a purchase. */
  forecasts: Count,
  came: Count,
  /** Chance that someone who came stood above someone who did not; 0.5 is chance. */
  auc: Rate.nullable(),
  /** Mean squared distance between forecast and what happened; smaller is better. */
  brier: z.number(),
  /** 1 − Brier / Brier of telling everybody the same rate; above 0 is better than that. */
  brierSkill: z.number().nullable(),
  logLoss: z.number(),
  /** 1 is calibrated; below 1 too sure, above 1 not sure enough. */
  slope: z.number().nullable(),
  /** Promised over happened: above 1 promised too much. */
  ratio: z.number().nullable(),
  /** Mean distance between forecast and rate over the points of the plot. */
  ece: z.number(),
})
export type LearningFigures = z.infer<typeof LearningFigures>

/** One point of the calibration plot: a tenth of the forecasts, lowest first. */
export const CalibrationPoint = z.object({
  /** Mean forecast, and the share that came. */
  promised: Rate,
  happened: Rate,
  /** Where the true share lies with 95 % (Wilson). Forecasts whose time overlaps count as one. */
  low: Rate,
  high: Rate,
  forecasts: Count,
  came: Count,
})
export type CalibrationPoint = z.infer<typeof CalibrationPoint>

/** A tenth of the forecasts, the likeliest first (`decile` 1). */
export const LiftPoint = z.object({
  decile: z.number().int().min(1).max(10),
  forecasts: Count,
  came: Count,
  /** How much likelier than everybody; null where nobody came. */
  lift: z.number().nullable(),
  /** Share of all who came that stands in this tenth and the likelier ones. */
  caught: Rate.nullable(),
})
export type LiftPoint = z.infer<typeof LiftPoint>

export const HorizonReport = z.object({
  horizonDays: z.number(),
  figures: LearningFigures,
  /** Lowest forecast first, at most ten. */
  calibration: z.array(CalibrationPoint).max(10),
  /** Likeliest first, at most ten. */
  lift: z.array(LiftPoint).max(10),
})
export type HorizonReport = z.infer<typeof HorizonReport>

export const learningCaseKinds = ['hit', 'sure_and_nothing', 'unlikely_and_came'] as const
/** A person with what was said of them and what came. */
export const LearningCase = z.object({
  kind: z.enum(learningCaseKinds),
  customerId: z.string(),
  /** Null for someone who never wrote. */
  conversationId: z.string().nullable(),
  name: z.string(),
  storeId: z.string().nullable(),
  /** The moment of the forecast, its horizon, and what it said. */
  at: Time,
  horizonDays: z.number(),
  p: Rate,
  /** The first visit or purchase within the horizon; null when nothing came. */
  happened: z.object({ signal: SignalType, at: Time, storeId: z.string().nullable() }).nullable(),
})
export type LearningCase = z.infer<typeof LearningCase>

/** What a report can be narrowed to. A manager is offered their own stores, and a region of which all stores are theirs. */
export const ReportScope = z.object({
  kind: z.enum(['house', 'region', 'store']),
  /** A store's id, a region's country code (ISO 3166-1 alpha-2), `house` for all. */
  id: z.string(),
  name: z.string(),
  /** People behind it. */
  people: Count,
})
export type ReportScope = z.infer<typeof ReportScope>

/** `GET /api/v1/learning/report`. Without `storeId` and `region`: the whole house, or the first scope that the reader may see. */
export const LearningReportQuery = z.strictObject({
  storeId: z.string().max(64).optional(),
  region: z.string().regex(/^[A-Z]{2}$/).optional(),
  weeks: z.coerce.number().int().pipe(z.union([z.literal(4), z.literal(13), z.literal(26)])).default(13),
})
export type LearningReportQuery = z.infer<typeof LearningReportQuery>

/** How well the engine did, judged by what came after it spoke. Every forecast is of a model that had not seen what followed. */
export const LearningReport = z.object({
  /** What may be chosen, the house first; and what was. */
  scopes: z.array(ReportScope),
  scope: ReportScope.nullable(),
  weeks: z.number().int(),
  /** When the report was made; null before the first night. */
  madeAt: Time.nullable(),
  /** The span in which the time of these forecasts was up. */
  from: Time.nullable(),
  until: Time.nullable(),
  /** Only a share of the people was read, drawn evenly, in a large house. */
  share: Rate,
  /** Shortest horizon first; those with no forecast whose time is up are left out. */
  horizons: z.array(HorizonReport),
  /** People, each once, at most twenty of each kind; judged at thirty days. Surest first, and for `unlikely_and_came` the least expected first. */
  hits: z.array(LearningCase).max(20),
  misses: z.array(LearningCase).max(40),
  /** Who was lost or asked us not to write in these weeks, by the reason that was given, the most frequent first. */
  endings: z.array(LearningEnding).max(12),
  /** Whom and what the outcomes of these weeks are credited to; null before the first night that worked it out. */
  credit: LearningCredit.nullable(),
})
export type LearningReport = z.infer<typeof LearningReport>

/** What a weight is about, for its word. */
export const weightGroups = ['signal', 'evidence', 'silence', 'habit', 'touches', 'outcomes', 'amount', 'source'] as const
/** One weight of the middle horizon, in logit for each ordinary step of what it weighs. Above 0 speaks for coming. */
export const LearnedWeight = z.object({
  /** The feature's own name, e.g. `price_asked:lately`. */
  name: z.string(),
  group: z.enum(weightGroups),
  /** The signal that it is about, and the code of its words (`signal.price_asked`); null where it is about no single signal. */
  signal: z.string().nullable(),
  word: z.string().nullable(),
  /** Of a signal: shown at all, how much lately, how long ago. */
  aspect: z.enum(['seen', 'lately', 'ago']).nullable(),
  /** The source that it is about. */
  source: z.string().nullable(),
  before: z.number(),
  after: z.number(),
})
export type LearnedWeight = z.infer<typeof LearnedWeight>

/** Two models on the same held-out weeks, which neither had seen. */
export const ModelComparison = z.object({
  /** Version that it was held against. */
  against: z.string(),
  /** The held-out weeks. */
  from: Time,
  until: Time,
  horizons: z.array(z.object({ horizonDays: z.number(), old: LearningFigures, new: LearningFigures })),
  /** Whether the new one did better: less log loss over all forecasts of the held-out weeks. */
  better: z.boolean(),
})
export type ModelComparison = z.infer<typeof ModelComparison>

/** When a model was put in use. */
export const ModelUse = z.object({
  since: Time,
  until: Time.nullable(),
  /** Who did it; null for the nightly job. */
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  why: z.enum(['better', 'rolled_back', 'chosen', 'beginning']),
  /** What the person gave as their reason. */
  reason: z.string().nullable(),
})
export type ModelUse = z.infer<typeof ModelUse>

/** A version of what the house has learnt. `prior-…` is what the engine believes before it has learnt anything. */
export const LearningModel = z.object({
  version: z.string(),
  inUse: z.boolean(),
  isPrior: z.boolean(),
  madeAt: Time.nullable(),
  /** The end of what it was learnt from: null for the prior. */
  learntUntil: Time.nullable(),
  /** People, closed windows and windows that ended with a visit or a purchase, at the middle horizon. */
  people: Count,
  windows: Count,
  positives: Count,
  /** How it did on the held-out weeks of the night on which it was made, shortest horizon first. */
  figures: z.array(z.object({ horizonDays: z.number(), figures: LearningFigures })),
  comparison: ModelComparison.nullable(),
  /** Weights that moved most from the model that it was held against, at most twelve. */
  learned: z.array(LearnedWeight).max(12),
  /** Newest first, at most twenty. */
  uses: z.array(ModelUse).max(20),
})
export type LearningModel = z.infer<typeof LearningModel>

/** `GET /api/v1/learning/models`: newest first, the one in use among them, at most thirty, the prior last. */
export const LearningModels = z.object({
  inUse: z.string(),
  /** A person chose the model in use: the nightly job goes on learning and changes nothing until somebody lets it. */
  pinned: z.boolean(),
  models: z.array(LearningModel),
})
export type LearningModels = z.infer<typeof LearningModels>

/**
 * `POST /api/v1/learning/models/:version/use`: puts a version in use, which is how one is rolled back; managers and administrators. Doing it twice is doing it once.
 * Refused with `stale` when `replacing` is no longer the version in use.
 */
export const UseModelBody = z.object({
  replacing: z.string().min(1).max(100),
  reason: z.string().trim().min(3).max(300),
  /** True: the nightly job leaves it in use until somebody says false. */
  pinned: z.boolean().default(true),
})
export type UseModelBody = z.infer<typeof UseModelBody>

export const learningOutcomes = ['too_few', 'new_in_use', 'old_kept', 'pinned', 'failed'] as const
/** What a night's work came to. */
export const LearningRun = z.object({
  startedAt: Time,
  finishedAt: Time,
  /** Null: by its hour; else who asked for it. */
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  outcome: z.enum(learningOutcomes),
  /** The version that it made; null with too few outcomes. */
  version: z.string().nullable(),
  people: Count,
  signals: Count,
  /** People whose visits or purchases could be learnt from, and how many it takes. */
  outcomes: Count,
  needed: Count,
})
export type LearningRun = z.infer<typeof LearningRun>

/** `GET /api/v1/learning`; `POST /api/v1/learning/learn` (administrators) answers 202 with it. */
export const LearningStatus = z.object({
  /** `asked`: begins within a minute. `rereading`: a new model is in use and people are read anew with it. */
  state: z.enum(['idle', 'asked', 'learning', 'rereading']),
  inUse: z.object({ version: z.string(), since: Time.nullable(), pinned: z.boolean(), isPrior: z.boolean() }),
  /** People read anew with the model in use; null when all are. */
  reread: z.object({ done: Count, all: Count }).nullable(),
  lastRun: LearningRun.nullable(),
  /** When it learns next, and the hour's place. */
  nextAt: Time,
  timeZone: z.string(),
})
export type LearningStatus = z.infer<typeof LearningStatus>
