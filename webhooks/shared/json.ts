/** A JSON object whose keys came from outside: read with {@link field}, so that a key never reaches a prototype. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value as an object, or undefined when it is anything else, lists included. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : undefined
}

/** The value as a list, empty when it is anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** An own property of an object; undefined for whatever an object inherits, and for what is not an object. */
export function field(value: unknown, key: string): unknown {
  const object = asObject(value)
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined
}

/** The objects of a list that is a property; anything else in it is left out. */
export function objects(value: unknown, key: string): JsonObject[] {
  const found: JsonObject[] = []
  for (const item of asList(field(value, key))) {
    const object = asObject(item)
    if (object !== undefined) found.push(object)
  }
  return found
}

/** A property as text. Numbers, which some bodies have where text belongs, become their digits; empty text counts as absent. */
export function text(value: unknown, key: string): string | undefined {
  return asText(field(value, key))
}

/** See {@link text}. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return undefined
}

/** A property as text, as it stands: empty text is text. For what a person wrote. */
export function words(value: unknown, key: string): string | undefined {
  const found = field(value, key)
  return typeof found === 'string' ? found : asText(found)
}

/** A property as a finite number; decimal text counts. Never for an id. */
export function number(value: unknown, key: string): number | undefined {
  const found = field(value, key)
  if (typeof found === 'number') return Number.isFinite(found) ? found : undefined
  if (typeof found !== 'string' || found.length > 40 || !/^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(found)) return undefined
  const parsed = Number(found)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** A property that is true or false; some bodies spell it as text. */
export function flag(value: unknown, key: string): boolean | undefined {
  const found = field(value, key)
  if (typeof found === 'boolean') return found
  if (found === 'true') return true
  if (found === 'false') return false
  return undefined
}

/** A copy without the properties that are undefined. Built anew: deleting properties makes an object slow for good. */
export function compact<T extends object>(object: T): T {
  const rest: Partial<T> = {}
  for (const key in object) {
    if (object[key] !== undefined) rest[key] = object[key]
  }
  return rest as T
}

/** As {@link compact}, but undefined when nothing is left. */
export function compactOrNone<T extends object>(object: T): T | undefined {
  for (const key in object) {
    if (object[key] !== undefined) return compact(object)
  }
  return undefined
}

const deepest = 24

/**
 * A copy that is safe to store and print: at most {@link deepest} levels (what lies deeper becomes null), and without keys that a store cannot hold
 * or that would reach a prototype.
 */
export function clipped(value: unknown, level = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (level >= deepest) return null
  if (Array.isArray(value)) return value.map(item => clipped(item, level + 1))
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (key !== '__proto__' && !key.includes('\0')) copy[key] = clipped(item, level + 1)
  }
  return copy
}

/** As {@link clipped}, for what has to be an object; empty when it is not one. */
export function clippedObject(value: unknown): Record<string, unknown> {
  const copy = clipped(value)
  return asObject(copy) === undefined ? {} : copy as Record<string, unknown>
}

/** JSON that stands inside a text, as an object; undefined when it is not that. */
export function objectInText(value: unknown): JsonObject | undefined {
  if (typeof value !== 'string') return asObject(value)
  try {
    return asObject(parseJson(value))
  }
  catch {
    return undefined
  }
}

/**
 * `JSON.parse` that keeps ids: a whole number of 16 digits or more, which a double cannot hold exactly, comes out as text.
 * @throws SyntaxError where the text is not JSON.
 */
export function parseJson(source: string): unknown {
  return JSON.parse(/[:[,]\s*-?\d{16}/.test(source) ? quoteLongNumbers(source) : source)
}

/** Puts quotes around whole numbers of 16 digits and more that stand outside text. */
function quoteLongNumbers(source: string): string {
  let result = ''
  let copied = 0
  let at = 0
  while (at < source.length) {
    const char = source[at]
    if (char === '"') {
      at = endOfText(source, at)
    }
    else if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) {
      const start = at
      while (at < source.length && /[\d.e+-]/i.test(source[at] ?? '')) at++
      const token = source.slice(start, at)
      if (/^-?[1-9]\d{15,}$/.test(token)) {
        result += `${source.slice(copied, start)}"${token}"`
        copied = at
      }
    }
    else {
      at++
    }
  }
  return result + source.slice(copied)
}

/** Where the text that opens at `start` has closed. */
function endOfText(source: string, start: number): number {
  let at = start + 1
  while (at < source.length) {
    if (source[at] === '\\') at += 2
    else if (source[at] === '"') return at + 1
    else at++
  }
  return source.length
}
