import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'

const MARKS = /\p{M}+/gu
const DIGITS = /\d+/g

/** What a collation has where it does not say otherwise. https://www.mongodb.com/docs/manual/reference/collation/ */
const DEFAULTS = { caseLevel: false, caseFirst: 'off', strength: 3, numericOrdering: false, alternate: 'non-ignorable', maxVariable: 'punct', normalization: false, backwards: false }

/**
 * A collation with all its fields, as MongoDB lists it with collections and indexes.
 * @returns undefined for the simple collation
 * @throws DatastoreError BadValue (2), FailedToParse (9) or IDLUnknownField (40415) for one that is none, and for options that would need more of the language's rules
 */
export function describeCollation(collation: Fields | undefined): Fields | undefined {
  if (!collation)
    return undefined
  const unknown = Object.keys(collation).find(name => !(name in DEFAULTS) && name !== 'locale' && name !== 'version')
  if (unknown)
    fail('IDLUnknownField', `BSON field 'collation.${unknown}' is an unknown field.`)
  const { locale } = collation
  if (locale === undefined)
    fail('IDLFailedToParse', 'BSON field \'collation.locale\' is missing but a required field')
  if (typeof locale !== 'string')
    return fail('TypeMismatch', 'BSON field \'collation.locale\' is the wrong type, expected type \'string\'')
  if (locale === 'simple')
    return Object.keys(collation).length === 1 ? undefined : fail('FailedToParse', 'If collation locale is \'simple\', no other collation options may be specified')
  if (!isLocale(locale))
    fail('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`)
  const strength = collation.strength === undefined ? DEFAULTS.strength : isNumber(collation.strength) ? toNumber(collation.strength) : fail('TypeMismatch', 'BSON field \'collation.strength\' is the wrong type, expected type \'int\'')
  if (!Number.isInteger(strength) || strength < 1 || strength > 5)
    fail('FailedToParse', `Enumeration value '${strength}' for field 'collation.strength' is not a valid value.`)
  const full: Fields = { ...DEFAULTS, ...collation, strength }
  if (full.alternate !== 'non-ignorable' || full.backwards === true || full.caseLevel === true || full.caseFirst !== 'off')
    fail('CommandNotSupported', 'this store supports collations by locale, strength and numericOrdering only')
  return { locale, ...full, version: '57.1' }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(locale.replaceAll('_', '-').replace(/@.*$/, '')).length > 0
  }
  catch {
    return false
  }
}

/**
 * What a collation compares of a string. Strength 1 looks past case and accents, strength 2 past case;
 * the keys then compare by code point, which is the language's order for plain Latin letters only.
 * @returns undefined for the simple collation (byte order)
 * @throws DatastoreError as `describeCollation`
 */
export function collationKey(collation: Fields | undefined): StringKey | undefined {
  const full = describeCollation(collation)
  if (!full)
    return undefined
  const key = strengthKey(full.strength as number)
  return full.numericOrdering === true ? text => key(text.replace(DIGITS, numberKey)) : key
}

function strengthKey(strength: number): StringKey {
  switch (strength) {
    case 1:
      return text => text.normalize('NFD').replace(MARKS, '').toLowerCase()
    case 2:
      return text => text.normalize('NFC').toLowerCase()
    default:
      // Same base letters first, then accents, then lower case before upper, as the Unicode order has it.
      return text => `${text.normalize('NFD').replace(MARKS, '').toLowerCase()}\u0000${text.normalize('NFC').toLowerCase()}\u0000${swapCase(text.normalize('NFC'))}`
  }
}

/** Digits behind their number, so that what is longer is greater; they stay among digits. */
function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '')
  return `${String(significant.length).padStart(3, '0')}${significant}`
}

function swapCase(text: string): string {
  let swapped = ''
  for (const char of text)
    swapped += char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()
  return swapped
}
