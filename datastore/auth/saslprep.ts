import { fail } from '../errors.ts'
import { codePoints, LEFT_TO_RIGHT, MAPPED_TO_NOTHING, PROHIBITED, RIGHT_TO_LEFT, SPACES, UNASSIGNED } from './stringprep-tables.ts'

const isSpace = codePoints(SPACES)
const isNothing = codePoints(MAPPED_TO_NOTHING)
const isProhibited = codePoints(PROHIBITED)
const isUnassigned = codePoints(UNASSIGNED)
const isRightToLeft = codePoints(RIGHT_TO_LEFT)
const isLeftToRight = codePoints(LEFT_TO_RIGHT)

/**
 * A password in the one form that drivers hash: SASLprep of RFC 4013, for a stored string.
 * @throws DatastoreError BadValue (2) for a password that no driver could sign in with
 */
export function saslPrep(password: string): string {
  let mapped = ''
  for (const character of password) {
    const code = character.codePointAt(0)!
    mapped += isSpace(code) ? ' ' : isNothing(code) ? '' : character
  }
  const prepared = mapped.normalize('NFKC')
  const codes = Array.from(prepared, character => character.codePointAt(0)!)
  if (codes.length === 0)
    fail('BadValue', 'Password cannot be empty')
  if (codes.some(isProhibited) || codes.some(isUnassigned))
    fail('BadValue', 'Error preflighting UTF-8 password: it holds a character that SASLprep does not allow')
  if (codes.some(isRightToLeft) && (codes.some(isLeftToRight) || !isRightToLeft(codes[0]!) || !isRightToLeft(codes.at(-1)!)))
    fail('BadValue', 'Error preflighting UTF-8 password: it mixes directions of writing in a way that SASLprep does not allow')
  return prepared
}
