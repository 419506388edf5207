import type { Document } from 'mongodb'

/** A stage, a pipeline with it over `ROOMS`, and what comes out; an error is its code. */
export type StageProbe = [name: string, pipeline: Document[], result: unknown]

/** What the pipelines run over. */
export const ROOMS: Document[] = [
  { _id: 1, name: 'Attic', beds: 1, tags: ['quiet'], price: { night: 80 }, host: 'Ia' },
  { _id: 2, name: 'Garden', beds: 2, tags: ['quiet', 'wide'], price: { night: 120 }, host: 'Jo' },
  { _id: 3, name: 'Loft', beds: 4, tags: [], price: { night: 200 }, host: 'Ia', next: 1 },
  { _id: 4, name: 'Cellar', beds: 1, host: null, next: 3 },
]
/** What they look up. */
export const HOSTS: Document[] = [{ _id: 'Ia', since: 2010 }, { _id: 'Jo', since: 2020 }, { _id: 'Bo' }]

const code = (error: number): { error: number } => ({ error })
const ids = (...list: number[]): Document[] => list.map(_id => ({ _id }))
const ID = { $project: { _id: 1 } }

export const STAGES: StageProbe[] = [
  ['$addFields', [{ $match: { _id: 2 } }, { $addFields: { 'price.week': { $multiply: ['$price.night', 7] }, 'beds': '$$REMOVE' } }], [{ _id: 2, name: 'Garden', tags: ['quiet', 'wide'], price: { night: 120, week: 840 }, host: 'Jo' }]],
  ['$bucket', [{ $bucket: { groupBy: '$beds', boundaries: [1, 2, 4], default: 'more', output: { names: { $push: '$name' } } } }], [{ _id: 1, names: ['Attic', 'Cellar'] }, { _id: 2, names: ['Garden'] }, { _id: 'more', names: ['Loft'] }]],
  ['$bucket', [{ $bucket: { groupBy: '$beds', boundaries: [1, 2] } }], code(40066)],
  ['$bucketAuto', [{ $bucketAuto: { groupBy: '$beds', buckets: 2 } }], [{ _id: { min: 1, max: 2 }, count: 2 }, { _id: { min: 2, max: 4 }, count: 2 }]],
  ['$collStats', [{ $collStats: { count: {} } }, { $project: { count: 1, _id: 0 } }], [{ count: 4 }]],
  ['$count', [{ $match: { beds: 1 } }, { $count: 'n' }], [{ n: 2 }]],
  ['$count', [{ $count: '$n' }], code(40158)],
  ['$densify', [{ $match: { _id: { $in: [1, 3] } } }, { $project: { beds: 1, _id: 0 } }, { $densify: { field: 'beds', range: { step: 1, bounds: 'full' } } }], [{ beds: 1 }, { beds: 2 }, { beds: 3 }, { beds: 4 }]],
  ['$densify', [{ $densify: { field: 'beds', range: { step: 0, bounds: 'full' } } }], code(5733401)],
  ['$densify', [{ $densify: { field: 'beds', range: { step: 1e-6, bounds: 'full' } } }], code(5897900)],
  ['$documents', [{ $match: { _id: 1 } }, { $lookup: { as: 'joined', pipeline: [{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }] } }, { $project: { joined: 1 } }], [{ _id: 1, joined: [{ a: 2 }] }]],
  ['$facet', [{ $facet: { few: [{ $match: { beds: 1 } }, ID], n: [{ $count: 'n' }] } }], [{ few: ids(1, 4), n: [{ n: 4 }] }]],
  ['$facet', [{ $facet: { x: [{ $out: 'y' }] } }], code(40600)],
  ['$fill', [{ $sort: { _id: 1 } }, { $fill: { sortBy: { _id: 1 }, output: { next: { value: 0 } } } }, { $project: { next: 1 } }], [{ _id: 1, next: 0 }, { _id: 2, next: 0 }, { _id: 3, next: 1 }, { _id: 4, next: 3 }]],
  ['$graphLookup', [{ $match: { _id: 4 } }, { $graphLookup: { from: 'rooms', startWith: '$next', connectFromField: 'next', connectToField: '_id', as: 'way', depthField: 'depth' } }, { $project: { 'way._id': 1, 'way.depth': 1 } }], [{ _id: 4, way: [{ _id: 3, depth: 0 }, { _id: 1, depth: 1 }] }]],
  ['$group', [{ $group: { _id: '$host', beds: { $sum: '$beds' }, first: { $first: '$name' } } }, { $sort: { beds: 1, _id: 1 } }], [{ _id: null, beds: 1, first: 'Cellar' }, { _id: 'Jo', beds: 2, first: 'Garden' }, { _id: 'Ia', beds: 5, first: 'Attic' }]],
  ['$group', [{ $group: { beds: { $sum: 1 } } }], code(15955)],
  ['$group', [{ $group: { _id: null, n: { $add: 1 } } }], code(15952)],
  ['$limit', [{ $sort: { _id: -1 } }, { $limit: 2 }, ID], ids(4, 3)],
  ['$limit', [{ $limit: 0 }], code(15958)],
  ['$limit', [{ $limit: 2.5 }], code(5107201)],
  ['$listLocalSessions', [{ $listLocalSessions: {} }], code(73)],
  ['$lookup', [{ $match: { beds: 1 } }, { $lookup: { from: 'hosts', localField: 'host', foreignField: '_id', as: 'hosts' } }, { $project: { hosts: 1 } }], [{ _id: 1, hosts: [{ _id: 'Ia', since: 2010 }] }, { _id: 4, hosts: [] }]],
  ['$lookup', [{ $match: { _id: 2 } }, { $lookup: { from: 'hosts', let: { beds: '$beds' }, pipeline: [{ $match: { $expr: { $gt: ['$since', { $add: [2000, '$$beds'] }] } } }, { $sort: { _id: -1 } }], as: 'hosts' } }, { $project: { 'hosts._id': 1 } }], [{ _id: 2, hosts: [{ _id: 'Jo' }, { _id: 'Ia' }] }]],
  ['$match', [{ $match: { 'tags': 'quiet', 'price.night': { $lt: 100 } } }, ID], ids(1)],
  ['$project', [{ $match: { _id: 1 } }, { $project: { _id: 0, name: 1, price: { night: 1 }, n: { $size: '$tags' }, list: ['$beds', '$nobody'] } }], [{ name: 'Attic', price: { night: 80 }, n: 1, list: [1, null] }]],
  ['$project', [{ $project: { name: 1, beds: 0 } }], code(31254)],
  ['$redact', [{ $redact: { $cond: [{ $eq: ['$host', null] }, '$$PRUNE', '$$KEEP'] } }, ID], ids(1, 2, 3)],
  ['$replaceRoot', [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: '$price' } }], [{ night: 80 }]],
  ['$replaceRoot', [{ $replaceRoot: { newRoot: '$name' } }], code(40228)],
  ['$replaceWith', [{ $match: { _id: 1 } }, { $replaceWith: { $mergeObjects: ['$price', { id: '$_id' }] } }], [{ night: 80, id: 1 }]],
  ['$sample', [{ $sample: { size: 3 } }, { $count: 'n' }], [{ n: 3 }]],
  ['$sample', [{ $sample: { size: 100 } }, { $sort: { _id: 1 } }, ID], ids(1, 2, 3, 4)],
  ['$sample', [{ $sample: { size: -1 } }], code(28747)],
  ['$sample', [{ $facet: { few: [{ $sample: { size: 0.5 } }] } }], code(28747)],
  ['$set', [{ $match: { _id: 4 } }, { $set: { name: { $toUpper: '$name' }, tags: { $ifNull: ['$tags', []] } } }], [{ _id: 4, name: 'CELLAR', beds: 1, host: null, next: 3, tags: [] }]],
  ['$setWindowFields', [{ $setWindowFields: { partitionBy: '$beds', sortBy: { _id: 1 }, output: { rank: { $rank: {} }, so: { $sum: '$_id', window: { documents: ['unbounded', 'current'] } } } } }, { $sort: { _id: 1 } }, { $project: { rank: 1, so: 1 } }], [{ _id: 1, rank: 1, so: 1 }, { _id: 2, rank: 1, so: 2 }, { _id: 3, rank: 1, so: 3 }, { _id: 4, rank: 2, so: 5 }]],
  ['$out', [{ $match: { beds: 1 } }, ID, { $out: 'few' }], []],
  ['$merge', [{ $match: { _id: 1 } }, { $merge: { into: 'few', whenMatched: 'fail' } }], code(11000)],
  ['$merge', [{ $match: { _id: 2 } }, { $merge: 'few' }], []],
  ['$skip', [{ $sort: { _id: 1 } }, { $skip: 3 }, ID], ids(4)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: 1 }, output: { so: { $sum: '$_id', window: { documents: [5, 1] } } } } }], code(5339900)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: 1 }, output: { so: { $sum: '$_id', window: { range: ['current', -1] } } } } }], code(5339900)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: 1 }, output: { so: { $sum: '$_id', window: { documents: [0, 1.5] } } } } }], code(9)],
  ['$setWindowFields', [{ $setWindowFields: { output: { so: { $sum: '$_id', window: { documents: [0, 1] } } } } }], code(5339901)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: -1 }, output: { so: { $sum: '$_id', window: { range: [0, 1] } } } } }], code(8947401)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: 1 }, output: { so: { $expMovingAvg: { input: '$beds', N: 0 } } } } }], code(9)],
  ['$setWindowFields', [{ $setWindowFields: { sortBy: { _id: 1 }, output: { so: { $expMovingAvg: { input: '$beds', alpha: 1 } } } } }], code(9)],
  ['$skip', [{ $skip: 1.5 }], code(5107200)],
  ['$sort', [{ $sort: { 'price.night': -1, '_id': 1 } }, ID], ids(3, 2, 1, 4)],
  ['$sort', [{ $sort: {} }], code(15976)],
  ['$sortByCount', [{ $sortByCount: '$beds' }, { $limit: 1 }], [{ _id: 1, count: 2 }]],
  ['$unionWith', [{ $match: { _id: 1 } }, ID, { $unionWith: { coll: 'hosts', pipeline: [{ $match: { since: { $exists: false } } }] } }], [{ _id: 1 }, { _id: 'Bo' }]],
  ['$unset', [{ $match: { _id: 1 } }, { $unset: ['price.night', 'tags', 'host', 'beds'] }], [{ _id: 1, name: 'Attic', price: {} }]],
  ['$unwind', [{ $unwind: { path: '$tags', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } }, { $match: { _id: { $gte: 2 } } }, { $project: { tags: 1, at: 1 } }], [{ _id: 2, tags: 'quiet', at: 0 }, { _id: 2, tags: 'wide', at: 1 }, { _id: 3, at: null }, { _id: 4, at: null }]],
  ['unknown stages', [{ $frobnicate: {} }], code(40324)],
  ['two stages in one', [{ $match: {}, $limit: 1 }], code(40323)],
]

/** Accumulators of `$group`, each over the beds or names of all rooms. */
export const ACCUMULATORS: [name: string, accumulator: Document, value: unknown][] = [
  ['$addToSet', { $addToSet: '$beds' }, [1, 2, 4]],
  ['$avg', { $avg: '$beds' }, 2],
  ['$bottom', { $bottom: { sortBy: { beds: -1 }, output: '$nobody' } }, null],
  ['$bottom', { $bottom: { sortBy: { beds: 1, _id: 1 }, output: '$name' } }, 'Loft'],
  ['$bottomN', { $bottomN: { n: 2, sortBy: { beds: 1, _id: 1 }, output: '$name' } }, ['Garden', 'Loft']],
  ['$count', { $count: {} }, 4],
  ['$first', { $first: '$name' }, 'Attic'],
  ['$firstN', { $firstN: { n: 0, input: '$name' } }, code(5787908)],
  ['$firstN', { $firstN: { n: 2, input: '$name' } }, ['Attic', 'Garden']],
  ['$last', { $last: '$name' }, 'Cellar'],
  ['$lastN', { $lastN: { n: 2, input: '$name' } }, ['Loft', 'Cellar']],
  ['$max', { $max: '$beds' }, 4],
  ['$maxN', { $maxN: { n: 2, input: '$beds' } }, [4, 2]],
  ['$median', { $median: { input: '$beds', method: 'approximate' } }, 1],
  ['$mergeObjects', { $mergeObjects: '$price' }, { night: 200 }],
  ['$min', { $min: '$price.night' }, 80],
  ['$minN', { $minN: { n: 2, input: '$beds' } }, [1, 1]],
  ['$percentile', { $percentile: { input: '$beds', p: [1], method: 'approximate' } }, [4]],
  ['$push', { $push: '$next' }, [1, 3]],
  ['$stdDevPop', { $stdDevPop: '$beds' }, Math.sqrt(1.5)],
  ['$stdDevSamp', { $stdDevSamp: '$beds' }, Math.SQRT2],
  ['$sum', { $sum: '$beds' }, 8],
  ['$top', { $top: { sortBy: { beds: -1 }, output: ['$name', '$beds'] } }, ['Loft', 4]],
  ['$top', { $top: { sortBy: { beds: -1 } } }, code(5788004)],
  ['$topN', { $topN: { n: 2, sortBy: { beds: -1, _id: 1 }, output: '$next' } }, [1, null]],
  ['$topN', { $topN: { n: 2, sortBy: { beds: -1 }, output: '$name' } }, ['Loft', 'Garden']],
]

/** Operators of `$setWindowFields` over the rooms by `_id`, with the values in that order. */
export const WINDOWS: [name: string, output: Document, values: unknown[]][] = [
  ['$denseRank', { $denseRank: {} }, [1, 2, 3, 4]],
  ['$documentNumber', { $documentNumber: {} }, [1, 2, 3, 4]],
  ['$expMovingAvg', { $expMovingAvg: { input: '$beds', alpha: 0.5 } }, [1, 1.5, 2.75, 1.875]],
  ['$expMovingAvg', { $expMovingAvg: { input: '$beds', N: 3 } }, [1, 1.5, 2.75, 1.875]],
  ['$linearFill', { $linearFill: '$price.night' }, [80, 120, 200, null]],
  ['$locf', { $locf: '$next' }, [null, null, 1, 3]],
  ['$derivative', { $derivative: { input: '$beds' }, window: { documents: [-1, 0] } }, [null, 1, 2, -3]],
  ['$integral', { $integral: { input: '$beds' }, window: { documents: ['unbounded', 'current'] } }, [0, 1.5, 4.5, 7]],
  ['$minMaxScaler', { $minMaxScaler: { input: '$beds' } }, [0, 1 / 3, 1, 0]],
  ['$topN', { $topN: { n: 1, sortBy: { beds: -1 }, output: '$beds' }, window: { documents: [-1, 0] } }, [[1], [2], [4], [4]]],
  ['$rank', { $rank: {} }, [1, 2, 3, 4]],
  ['$shift', { $shift: { output: '$name', by: 1, default: '-' } }, ['Garden', 'Loft', 'Cellar', '-']],
  ['$sum', { $sum: '$beds', window: { documents: [-1, 0] } }, [1, 3, 6, 5]],
  ['$avg', { $avg: '$beds', window: { range: [-1, 1] } }, [1.5, 7 / 3, 7 / 3, 2.5]],
]

/** Stages of MongoDB that are refused. */
export const REFUSED_STAGES: [name: string, operand: unknown, code: number][] = [
  ['$currentOp', {}, 115],
  ['$geoNear', {}, 115],
  ['$indexStats', {}, 115],
  ['$listSearchIndexes', {}, 31082],
  ['$listSessions', {}, 115],
  ['$planCacheStats', {}, 115],
  ['$search', {}, 31082],
  ['$searchMeta', {}, 31082],
  ['$vectorSearch', {}, 31082],
]
