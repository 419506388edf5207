import type { Fields } from '../bson/decode.ts'
import type { Readable } from '../storage/read-view.ts'
import type { IdPlan } from './by-id.ts'
import type { Candidate } from './candidates.ts'
import type { AccessPlan } from './choose.ts'
import type { PreparedQuery } from './plan.ts'
import { Int32 } from 'bson'
import { printValue } from '../print.ts'
import { choosePlan } from './choose.ts'
import { forEachDocument } from './drain.ts'
import { needsSort, noCounts, runQuery } from './execute.ts'

export type Verbosity = 'queryPlanner' | 'executionStats' | 'allPlansExecution'

/** How a query is answered, in the shape of MongoDB's `explain`. */
export async function explainQuery(environment: Readable, prepared: PreparedQuery, verbosity: Verbosity): Promise<Fields> {
  const { collection, query } = prepared
  const plan = choosePlan(environment, prepared)
  const winningPlan = planTree(prepared, plan)
  const queryPlanner: Fields = {
    namespace: collection.namespace,
    parsedQuery: query.filter,
    indexFilterSet: false,
    winningPlan,
    rejectedPlans: plan.kind === 'index' ? plan.rejected.map(candidate => planTree(prepared, { kind: 'index', candidate, rejected: [] })) : [],
  }
  if (verbosity === 'queryPlanner')
    return { explainVersion: '1', queryPlanner, command: { find: collection.name, ...query, $db: collection.database } }
  const counts = noCounts()
  let returned = 0
  const started = performance.now()
  await forEachDocument(runQuery(environment, prepared, counts, plan), () => returned++)
  const executionTimeMillis = new Int32(Math.round(performance.now() - started))
  return {
    explainVersion: '1',
    queryPlanner,
    executionStats: {
      executionSuccess: true,
      nReturned: new Int32(returned),
      executionTimeMillis,
      totalKeysExamined: new Int32(counts.keysExamined),
      totalDocsExamined: new Int32(counts.docsExamined),
      executionStages: { ...winningPlan, nReturned: new Int32(returned), executionTimeMillisEstimate: executionTimeMillis },
    },
    command: { find: collection.name, ...query, $db: collection.database },
  }
}

function planTree(prepared: PreparedQuery, plan: AccessPlan): Fields {
  const { query } = prepared
  let stage = accessTree(prepared, plan)
  if (needsSort(prepared, plan))
    stage = { stage: 'SORT', sortPattern: query.sort, ...(query.limit ? { limitAmount: new Int32(query.limit + (query.skip ?? 0)) } : {}), inputStage: stage }
  if (query.skip)
    stage = { stage: 'SKIP', skipAmount: new Int32(query.skip), inputStage: stage }
  if (query.limit)
    stage = { stage: 'LIMIT', limitAmount: new Int32(query.limit), inputStage: stage }
  return stage
}

function accessTree(prepared: PreparedQuery, plan: AccessPlan): Fields {
  const { query } = prepared
  switch (plan.kind) {
    case 'id':
      return idTree(query.filter, plan)
    case 'collection':
      return { stage: 'COLLSCAN', ...(prepared.matchesAll ? {} : { filter: query.filter }), direction: plan.reverse ? 'backward' : 'forward' }
    case 'index':
      return fetchTree(query.filter, plan.candidate)
    case 'union':
      return { stage: 'FETCH', filter: query.filter, inputStage: { stage: 'OR', inputStages: plan.branches.map(({ candidate }) => scanTree(candidate)) } }
  }
}

/** One `_id` and nothing else is what MongoDB calls IDHACK; the rest it shows as an index scan of single values. */
function idTree(filter: Fields, { values, exact, reverse }: IdPlan): Fields {
  const keyPattern = { _id: 1 }
  if (exact && values.length === 1)
    return { stage: 'IDHACK', indexName: '_id_', keyPattern }
  const indexBounds = { _id: values.map(value => `[${printValue(value)}, ${printValue(value)}]`) }
  return {
    stage: 'FETCH',
    ...(exact ? {} : { filter }),
    inputStage: { stage: 'IXSCAN', keyPattern, indexName: '_id_', isMultiKey: false, isUnique: true, isSparse: false, isPartial: false, indexVersion: new Int32(2), direction: reverse ? 'backward' : 'forward', indexBounds },
  }
}

function fetchTree(filter: Fields, candidate: Candidate): Fields {
  return { stage: 'FETCH', ...(candidate.exact ? {} : { filter }), inputStage: candidate.sorted && candidate.groups.length > 1 ? { stage: 'SORT_MERGE', inputStages: [scanTree(candidate)] } : scanTree(candidate) }
}

function scanTree({ index, bounds, bound, reverse, multikey, primary }: Candidate): Fields {
  const indexBounds: Fields = {}
  index.fields.forEach((field, i) => indexBounds[field.path] = i < bound ? bounds[i]!.map(interval => interval.label()) : ['[MinKey, MaxKey]'])
  return {
    stage: 'IXSCAN',
    keyPattern: index.spec.key,
    indexName: index.name,
    isMultiKey: multikey,
    isUnique: index.unique || primary,
    isSparse: index.sparse,
    isPartial: index.partial !== undefined,
    indexVersion: new Int32(2),
    direction: reverse ? 'backward' : 'forward',
    indexBounds,
  }
}
