import type { Options } from 'mingo/types'
import type { ExpressionOperator, ExpressionTable } from './operator.ts'
import type { Zone } from './zones.ts'
import { ObjectId, Timestamp } from 'bson'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { DatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { typeName } from '../query/types.ts'
import { addUnits, dayOfYear, isoDate, isoWeek, isoWeekday, truncated, unitOf, unitsBetween, weekdayOf, weekOfYear } from './calendar.ts'
import { formatDate, parseDate, parseIsoDate } from './date-text.ts'
import { isNothing, valueOf } from './operator.ts'
import { dateAt, fromLocal, localDate, utcOf, zoneOf } from './zones.ts'

/** The moment that a value stands for; undefined for none. @throws DatastoreError Location16006 for what is no date */
function momentOf(value: unknown): number | undefined {
  if (isNothing(value))
    return undefined
  if (value instanceof Date)
    return value.getTime()
  if (value instanceof ObjectId)
    return value.getTimestamp().getTime()
  if (value instanceof Timestamp)
    return value.getHighBitsUnsigned() * 1000
  return fail('Location16006', `can't convert from BSON type ${typeName(value)} to Date`)
}

/** An operator's named arguments, evaluated. @throws DatastoreError FailedToParse (9) for one it does not know */
function named(operator: string, names: readonly string[], document: unknown, operand: unknown, options: Options): Record<string, unknown> {
  if (!isDocument(operand))
    return fail('FailedToParse', `${operator} expects an object as its argument. Found: ${typeName(operand)}`)
  const unknown = Object.keys(operand).find(name => !names.includes(name))
  if (unknown)
    fail('FailedToParse', `Unrecognized argument to ${operator}: ${unknown}`)
  return Object.fromEntries(Object.entries(operand).map(([name, expression]) => [name, valueOf(document, expression, options)]))
}

/** The zone of an operator's arguments: UTC when none is given, undefined when it is null. */
function zoneGiven(given: Record<string, unknown>): Zone | undefined {
  if (!('timezone' in given))
    return zoneOf('UTC')
  if (isNothing(given.timezone))
    return undefined
  return typeof given.timezone === 'string' ? zoneOf(given.timezone) : fail('Location40517', `timezone must evaluate to a string, found ${typeName(given.timezone)}`)
}

/** An operator on a date alone, or on `{date, timezone}`. */
function partOf(operator: string, part: (local: Date) => number): ExpressionOperator {
  return (document, operand, options) => {
    const single = Array.isArray(operand) && operand.length === 1 ? operand[0] as unknown : operand
    const given = isDocument(single) && 'date' in single ? named(operator, ['date', 'timezone'], document, single, options) : { date: valueOf(document, single, options) }
    const moment = momentOf(given.date)
    const zone = zoneGiven(given)
    return moment === undefined || !zone ? null : part(localDate(moment, zone))
  }
}

function moved(operator: string, sign: 1 | -1): ExpressionOperator {
  return (document, operand, options) => {
    const given = named(operator, ['startDate', 'unit', 'amount', 'timezone'], document, operand, options)
    const moment = momentOf(given.startDate)
    const zone = zoneGiven(given)
    if (moment === undefined || !zone || isNothing(given.unit) || isNothing(given.amount))
      return null
    const amount = isNumber(given.amount) ? toNumber(given.amount) : Number.NaN
    if (!Number.isInteger(amount))
      fail('Location5166405', `${operator} expects integer amount of time units`)
    return dateAt(addUnits(moment, unitOf(given.unit), sign * amount, zone))
  }
}

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'] as const
const ISO_PARTS = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const

function fromParts(given: Record<string, unknown>): Date | null {
  const zone = zoneGiven(given)
  const values: Record<string, number> = {}
  for (const name of [...PARTS, ...ISO_PARTS]) {
    if (!(name in given))
      continue
    const value = given[name]
    if (isNothing(value))
      return null
    values[name] = isNumber(value) && Number.isInteger(toNumber(value)) ? toNumber(value) : fail('Location40515', `'${name}' must evaluate to an integer, found ${typeName(value)}`)
  }
  if (!zone)
    return null
  const { year, isoWeekYear } = values
  if ((year === undefined) === (isoWeekYear === undefined))
    fail(year === undefined ? 'Location40516' : 'Location40489', '$dateFromParts requires either \'year\' or \'isoWeekYear\' to be present')
  const midnight = isoWeekYear === undefined ? 0 : isoDate(isoWeekYear, values.isoWeek ?? 1, values.isoDayOfWeek ?? 1)
  return dateAt(fromLocal(isoWeekYear === undefined ? utcOf({ ...values, year: year! }) : midnight + utcOf({ ...values, year: 1970 }), zone))
}

/** Dates and their parts, in time zones. https://www.mongodb.com/docs/manual/reference/operator/aggregation/#date-expression-operators */
export const dateOperators: ExpressionTable = {
  $year: partOf('$year', local => local.getUTCFullYear()),
  $month: partOf('$month', local => local.getUTCMonth() + 1),
  $dayOfMonth: partOf('$dayOfMonth', local => local.getUTCDate()),
  $dayOfWeek: partOf('$dayOfWeek', local => local.getUTCDay() + 1),
  $dayOfYear: partOf('$dayOfYear', dayOfYear),
  $hour: partOf('$hour', local => local.getUTCHours()),
  $minute: partOf('$minute', local => local.getUTCMinutes()),
  $second: partOf('$second', local => local.getUTCSeconds()),
  $millisecond: partOf('$millisecond', local => local.getUTCMilliseconds()),
  $week: partOf('$week', weekOfYear),
  $isoWeek: partOf('$isoWeek', local => isoWeek(local).week),
  $isoWeekYear: partOf('$isoWeekYear', local => isoWeek(local).year),
  $isoDayOfWeek: partOf('$isoDayOfWeek', isoWeekday),
  $dateAdd: moved('$dateAdd', 1),
  $dateSubtract: moved('$dateSubtract', -1),
  $dateDiff: (document, operand, options) => {
    const given = named('$dateDiff', ['startDate', 'endDate', 'unit', 'timezone', 'startOfWeek'], document, operand, options)
    const [start, end, zone] = [momentOf(given.startDate), momentOf(given.endDate), zoneGiven(given)]
    if (start === undefined || end === undefined || !zone || isNothing(given.unit))
      return null
    return unitsBetween(start, end, unitOf(given.unit), zone, weekdayOf(given.startOfWeek ?? 'sunday'))
  },
  $dateTrunc: (document, operand, options) => {
    const given = named('$dateTrunc', ['date', 'unit', 'binSize', 'timezone', 'startOfWeek'], document, operand, options)
    const [moment, zone] = [momentOf(given.date), zoneGiven(given)]
    if (moment === undefined || !zone || isNothing(given.unit))
      return null
    const size = given.binSize === undefined ? 1 : isNumber(given.binSize) ? toNumber(given.binSize) : Number.NaN
    if (!Number.isInteger(size) || size <= 0)
      fail('Location5439018', `$dateTrunc requires 'binSize' to be greater than 0, but got value ${String(given.binSize)}`)
    return dateAt(truncated(moment, unitOf(given.unit), size, zone, weekdayOf(given.startOfWeek ?? 'sunday')))
  },
  $dateFromParts: (document, operand, options) => fromParts(named('$dateFromParts', [...PARTS, ...ISO_PARTS, 'timezone'], document, operand, options)),
  $dateToParts: (document, operand, options) => {
    const given = named('$dateToParts', ['date', 'timezone', 'iso8601'], document, operand, options)
    const [moment, zone] = [momentOf(given.date), zoneGiven(given)]
    if (moment === undefined || !zone)
      return null
    const local = localDate(moment, zone)
    const time = { hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds(), millisecond: local.getUTCMilliseconds() }
    return given.iso8601 === true
      ? { isoWeekYear: isoWeek(local).year, isoWeek: isoWeek(local).week, isoDayOfWeek: isoWeekday(local), ...time }
      : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate(), ...time }
  },
  $dateToString: (document, operand, options) => {
    const given = named('$dateToString', ['date', 'format', 'timezone', 'onNull'], document, operand, options)
    const [moment, zone] = [momentOf(given.date), zoneGiven(given)]
    if (moment === undefined)
      return 'onNull' in given ? given.onNull : null
    if (!zone || ('format' in given && isNothing(given.format)))
      return null
    const format = given.format ?? `%Y-%m-%dT%H:%M:%S.%L${'timezone' in given && given.timezone !== 'UTC' ? '' : 'Z'}`
    return formatDate(moment, typeof format === 'string' ? format : fail('Location18533', `$dateToString requires that 'format' be a string, found: ${typeName(format)}`), zone)
  },
  $dateFromString: (document, operand, options) => {
    const given = named('$dateFromString', ['dateString', 'format', 'timezone', 'onError', 'onNull'], document, operand, options)
    if (isNothing(given.dateString))
      return 'onNull' in given ? given.onNull : null
    const zone = zoneGiven(given)
    if (!zone || ('format' in given && isNothing(given.format)))
      return null
    try {
      if (typeof given.dateString !== 'string')
        return fail('ConversionFailure', `$dateFromString requires that 'dateString' be a string, found: ${typeName(given.dateString)}`)
      const asked = 'timezone' in given ? zone : undefined
      return new Date(given.format === undefined ? parseIsoDate(given.dateString, asked) : parseDate(given.dateString, String(given.format), asked))
    }
    catch (error) {
      if (error instanceof DatastoreError && error.codeName === 'ConversionFailure' && 'onError' in given)
        return given.onError
      throw error
    }
  },
}
