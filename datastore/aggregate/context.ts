import type { Options } from 'mingo/types'
import type { Stage } from './stages/match.ts'
import { Context } from 'mingo/core'
import * as pipeline from 'mingo/operators/pipeline'
import { SETTINGS, TABLES } from '../expressions/context.ts'
import { $bucket, $bucketAuto } from './stages/bucket.ts'
import { $densify } from './stages/densify.ts'
import { $group, $sortByCount } from './stages/group.ts'
import { $facet, $graphLookup, $lookup, $unionWith } from './stages/lookup.ts'
import { $match, $sort } from './stages/match.ts'
import { $redact } from './stages/redact.ts'
import { $sample } from './stages/sample.ts'
import { $addFields, $project, $replaceRoot, $replaceWith, $unset, $unwind } from './stages/shape.ts'

const { $out: _out, $merge: _merge, ...readingStages } = pipeline

/** The stages of this store; the others are mingo's, which compares embedded documents without regard to the order of their fields. */
const OWN: Record<`$${string}`, Stage> = { $addFields, $bucket, $bucketAuto, $densify, $facet, $graphLookup, $group, $lookup, $match, $project, $redact, $replaceRoot, $replaceWith, $sample, $set: $addFields, $sort, $sortByCount, $unionWith, $unset, $unwind }

const CONTEXT = Context.init({ ...TABLES, pipeline: { ...readingStages, ...OWN as unknown as typeof readingStages } })

/** Options for mingo with all operators except those that run code or write. */
export function aggregationOptions(extra: Partial<Options> = {}): Options {
  return { ...SETTINGS, context: CONTEXT, ...extra }
}
