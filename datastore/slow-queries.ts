import type { Fields } from './bson/decode.ts'
import type { Log } from './log.ts'
import type { ScanCounts } from './planner/plan.ts'
import { isDocument } from './query/paths.ts'

/** A query and what running it cost. */
export interface SlowQuery { command: string, namespace: string, filter: Fields, sort?: Fields, counts: ScanCounts, millis: number }

/** More fields than this are not named. */
const MOST_FIELDS = 20

/** Tells of queries that took long because no index served them. */
export class SlowQueries {
  private readonly log: Log
  private readonly threshold: number

  /**
   * @param log where it is told
   * @param threshold milliseconds above which a query is told of
   */
  constructor(log: Log, threshold: number) {
    this.log = log
    this.threshold = threshold
  }

  /** Tells of a query that ended, if there is something to tell. */
  ended({ command, namespace, filter, sort, counts, millis }: SlowQuery): void {
    if (millis < this.threshold)
      return
    const scanned = counts.scannedCollection === true && (Object.keys(filter).length > 0 || (sort !== undefined && Object.keys(sort).length > 0))
    if (!scanned && !counts.sortedInMemory)
      return
    const plan = [...(counts.scannedCollection ? ['COLLSCAN'] : ['IXSCAN']), ...(counts.sortedInMemory ? ['SORT'] : [])].join(', ')
    this.log({ event: 'slow query', command, namespace, millis: Math.round(millis), keysExamined: counts.keysExamined, docsExamined: counts.docsExamined, plan, filter: shapeOf(filter), sort: sort ? JSON.stringify(sort) : '{}' })
  }
}

/** A filter with a question mark for each value: `{ status: ?, at: { $gt: ? }, $or: [{ a: ? }] }`. */
export function shapeOf(filter: Fields): string {
  const fields = Object.entries(filter)
  const shown = fields.slice(0, MOST_FIELDS).map(([name, value]) => `${name}: ${shapeOfValue(name, value)}`)
  if (fields.length > MOST_FIELDS)
    shown.push('…')
  return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`
}

function shapeOfValue(name: string, value: unknown): string {
  if (name.startsWith('$') && Array.isArray(value) && value.some(isDocument))
    return `[${(value as unknown[]).slice(0, MOST_FIELDS).map(item => isDocument(item) ? shapeOf(item) : '?').join(', ')}]`
  if (isDocument(value) && (name === '$elemMatch' || Object.keys(value).some(key => key.startsWith('$'))))
    return shapeOf(value)
  return '?'
}
