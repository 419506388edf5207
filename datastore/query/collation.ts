import type { StringKey } from '../bson/compare.ts'
import type { Fields } from '../bson/decode.ts'
import { isNumber, toNumber } from '../bson/numbers.ts'
import { fail } from '../errors.ts'

const MARKS = /\p{M}+/gu

/**
 * What a collation compares of a string. Strength 1 looks past case and accents, strength 2 past case;
 * the keys then compare by code point, which is the language's order for plain Latin letters only.
 * @returns undefined for the simple collation (byte order)
 * @throws DatastoreError BadValue (2) for options that would need more of the language's rules
 */
export function collationKey(collation: Fields | undefined): StringKey | undefined {
  if (!collation || collation.locale === 'simple')
    return undefined
  if (typeof collation.locale !== 'string')
    return fail('FailedToParse', 'collation needs a locale')
  if (collation.numericOrdering === true || collation.alternate === 'shifted' || collation.backwards === true || collation.caseLevel === true)
    fail('BadValue', 'this store supports collations by locale and strength only')
  const strength = collation.strength === undefined ? 3 : isNumber(collation.strength) ? toNumber(collation.strength) : 3
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

function swapCase(text: string): string {
  let swapped = ''
  for (const char of text)
    swapped += char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()
  return swapped
}
