import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { isBareNumber } from '../search-keys.ts'

const dots = '••'

/** A phone number with its country and its last four digits left: `+91 •• 4410`. Shorter ones keep their last two. */
export function maskedPhone(value: string): string {
  const digits = value.replace(/\D/g, '')
  const country = parsePhoneNumberFromString(value)?.countryCallingCode
  const tail = digits.slice(digits.length >= 8 ? -4 : -2)
  return `${country ? `+${country} ` : ''}${dots} ${tail}`
}

/** An address as this reader may see it, a username behind its `@`. `kind` as stored: phone, email, username, user, visitor, card. */
export function shownAddress({ kind, value }: { kind: string, value: string }, whole: boolean): string {
  const written = kind === 'username' ? `@${value.replace(/^@/, '')}` : value
  return whole ? written : maskedAddress(kind, written)
}

/** An address with enough left to tell two apart and too little to write to. */
function maskedAddress(kind: string, value: string): string {
  if (kind === 'phone') return maskedPhone(value)
  if (kind === 'email') return `${value.slice(0, 1)}${dots}@${dots}`
  if (kind === 'username') return `${value.slice(0, 3)}${dots}`
  return `${dots} ${value.slice(-4)}`
}

/** A name as this reader may see it: one that is only a number is a number. */
export function shownName(name: string, whole: boolean): string {
  return whole || !isBareNumber(name) ? name : maskedPhone(name)
}

/** Up to two letters to stand for a picture; the last digits of someone who has only a number. */
export function initialsOf(name: string): string {
  if (isBareNumber(name) || name.includes(dots)) return name.replace(/\D/g, '').slice(-2)
  const words = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return letters.map(word => firstLetter(word)).join('').toLocaleUpperCase('en')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The first letter with the marks that belong to it, as its readers see one. Most letters have none, and taking text apart is slow. */
function firstLetter(word: string): string {
  const [first, second] = word
  if (first === undefined || second === undefined || !/[\p{M}\u200D]/u.test(second)) return first ?? ''
  return graphemes.segment(word).containing(0)?.segment ?? first
}
