import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson'

/** A value as MongoDB writes it in its error messages. */
export function printValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value)
  if (value === null || value === undefined)
    return 'null'
  if (typeof value !== 'object')
    return String(value)
  if (Array.isArray(value))
    return `[ ${value.map(printValue).join(', ')} ]`
  if (value instanceof ObjectId)
    return `ObjectId('${value.toHexString()}')`
  if (value instanceof Date)
    return `new Date(${value.getTime()})`
  if (value instanceof Long || value instanceof Int32 || value instanceof Double)
    return value.toString()
  if (value instanceof Decimal128)
    return `Decimal128('${value.toString()}')`
  if (value instanceof Binary)
    return `BinData(${value.sub_type}, ${value.toString('hex')})`
  const fields = Object.entries(value).map(([name, item]) => `${name}: ${printValue(item)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}
