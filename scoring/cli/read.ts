import type { SignalMap as Map, ReplaySignal } from '../replay.ts'
import { Buffer } from 'node:buffer'
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { gunzipSync } from 'node:zlib'
import { SignalMap } from '../replay.ts'

/** What the system says of files, in words. */
const troubles: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'this may not be read',
  Z_DATA_ERROR: 'this is not gzip, whatever its name says',
  Z_BUF_ERROR: 'this gzip file ends before its end',
}

/** What is said of an error to who gave the command. */
export const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

/** Whether the system said it of a file; anything else is a mistake of ours. */
export const isOfFile = (error: unknown) => error instanceof Error && 'code' in error

/** What is wrong with a file, as one sentence that begins with its name. */
export function troubleWith(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return `${path}: ${troubles[code] ?? messageOf(error)}.`
}

/**
 * Milliseconds of an ISO time such as 2026-03-01T10:30:00Z, or NaN. Without a zone it is UTC: what a history says must not depend on the place of the
 * machine that reads it.
 */
export function timeOf(text: string): number {
  if (text.endsWith('Z')) return Date.parse(text)
  if (!/^[+-]?\d{4,6}-\d{2}/.test(text)) return Number.NaN
  return Date.parse(/\d[T ]\d{1,2}:[\d:.,]+$/.test(text) ? `${text}Z` : text)
}

/** What a file says of signal types. Throws an `Error` that names the file and what is wrong in it. */
export function mapOf(path: string): Map {
  let value: unknown
  try { value = JSON.parse(readFileSync(path, 'utf8')) }
  catch (error) { throw new Error(isOfFile(error) ? troubleWith(path, error) : `${path}: this is not JSON (${messageOf(error)}).`, { cause: error }) }
  const map = SignalMap.safeParse(value)
  if (map.success) return map.data
  const { path: place, message } = map.error.issues[0]!
  throw new Error(`${path}: ${place.length > 0 ? `${place.join('.')}: ` : ''}${message}.`)
}

/** Lines of a file (plain or .gz), or of stdin for `-`, without holding it whole. */
export function* linesOf(file: string): Generator<string> {
  if (file.endsWith('.gz')) {
    yield* gunzipSync(readFileSync(file)).toString().split('\n')
    return
  }
  const handle = file === '-' ? 0 : openSync(file, 'r')
  const chunk = Buffer.allocUnsafe(1 << 20)
  const decoder = new StringDecoder('utf8')
  let rest = ''
  try {
    for (let size = readSync(handle, chunk); size > 0; size = readSync(handle, chunk)) {
      const text = rest + decoder.write(chunk.subarray(0, size))
      let from = 0
      for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
        yield text.slice(from, to)
        from = to + 1
      }
      rest = text.slice(from)
    }
    yield rest
  }
  finally {
    if (handle !== 0) closeSync(handle)
  }
}

/** What a line of a replay file says, or undefined when it is none: no object, no customer, no type, no time. */
export function signalOf(line: string): ReplaySignal | undefined {
  let value: unknown
  try { value = JSON.parse(line) }
  catch { return undefined }
  if (typeof value !== 'object' || value === null) return undefined
  const { id, customerId, at, type, meta } = value as Record<string, unknown>
  if ((typeof customerId !== 'string' && typeof customerId !== 'number') || typeof type !== 'string' || (typeof at !== 'string' && typeof at !== 'number')) return undefined
  const ms = typeof at === 'number' ? at : timeOf(at)
  if (!Number.isFinite(ms) || Math.abs(ms) > 8e15) return undefined
  const signal: ReplaySignal = { customerId: String(customerId), type, at: ms }
  if (typeof id === 'string') signal.id = id
  if (typeof meta === 'object' && meta !== null) signal.meta = metaOf(meta as Record<string, unknown>)
  return signal
}

function metaOf(meta: Record<string, unknown>): NonNullable<ReplaySignal['meta']> {
  const kept: Record<string, string | number | boolean> = {}
  for (const key of ['pieceId', 'pieceName', 'storeId', 'outcome']) { if (typeof meta[key] === 'string') kept[key] = meta[key].slice(0, 200) }
  // Files of other trades name the first touch differently.
  const source = meta.source ?? meta.origin ?? meta.channel
  if (typeof source === 'string') kept.source = source.slice(0, 200)
  for (const key of ['amount', 'seconds', 'quietDays', 'times']) { if (typeof meta[key] === 'number' && Number.isFinite(meta[key])) kept[key] = meta[key] }
  if (typeof meta.polite === 'boolean') kept.polite = meta.polite
  return kept
}
