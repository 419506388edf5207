import { BSONRegExp } from 'bson'
import { fail } from '../errors.ts'

/**
 * A MongoDB regular expression (PCRE pattern, options i m s x u) as a JavaScript one.
 * Inline options at the start, `(?i)`, and extended mode are translated.
 * @throws DatastoreError BadValue (2) or Location51108 for options or a pattern that cannot be used
 */
export function toRegExp(pattern: unknown, options: unknown): RegExp {
  if (typeof pattern !== 'string' && !(pattern instanceof BSONRegExp) && !(pattern instanceof RegExp))
    fail('BadValue', '$regex has to be a string')
  if (options !== undefined && typeof options !== 'string')
    fail('BadValue', '$options has to be a string')
  const given = typeof pattern === 'string' ? '' : pattern instanceof RegExp ? pattern.flags.replace(/[^ims]/g, '') : pattern.options
  let letters = options ?? given
  let source = typeof pattern === 'string' ? pattern : pattern instanceof RegExp ? pattern.source : pattern.pattern
  const inline = /^\(\?([imsx]+)\)/.exec(source)
  if (inline) {
    letters += inline[1]!
    source = source.slice(inline[0].length)
  }
  for (const letter of letters) {
    if (!'imsxu'.includes(letter))
      fail('Location51108', `invalid flag in regex options: ${letter}`)
  }
  if (letters.includes('x'))
    source = withoutExtendedSpace(source)
  const flags = [...new Set(letters)].filter(letter => 'ims'.includes(letter)).join('')
  try {
    return new RegExp(source, flags)
  }
  catch {
    return fail('Location51091', 'Regular expression is invalid, or uses what this store does not support')
  }
}

function withoutExtendedSpace(source: string): string {
  let result = ''
  let inClass = false
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!
    if (char === '\\') {
      result += char + (source[++i] ?? '')
      continue
    }
    inClass = char === '[' || (inClass && char !== ']')
    if (!inClass && char === '#') {
      while (i < source.length && source[i] !== '\n')
        i++
      continue
    }
    if (inClass || !/\s/.test(char))
      result += char
  }
  return result
}

/**
 * The literal text with which every match of an anchored, case-sensitive pattern begins, for an index range;
 * undefined when there is none. `whole` says that matching the prefix is matching the pattern.
 */
export function anchoredPrefix(regex: RegExp): { prefix: string, whole: boolean } | undefined {
  if (regex.flags.includes('i') || regex.flags.includes('m') || !regex.source.startsWith('^') || regex.source.includes('|'))
    return undefined
  let prefix = ''
  let i = 1
  for (; i < regex.source.length; i++) {
    const char = regex.source[i]!
    const next = regex.source[i + 1]
    if (char === '\\' && next !== undefined && /[^\w\s]/.test(next)) {
      if (/[*?+{]/.test(regex.source[i + 2] ?? ''))
        break
      prefix += next
      i++
      continue
    }
    if (/[\\^$.[\]()*+?{}]/.test(char) || (next !== undefined && /[*?{]/.test(next)))
      break
    prefix += char
  }
  return prefix === '' ? undefined : { prefix, whole: i === regex.source.length }
}
