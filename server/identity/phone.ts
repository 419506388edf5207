import type { CountryCode } from 'libphonenumber-js/max'
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

const mostDigits = 20

/** Countries whose numbers are written with or without a digit that says nothing: both spellings are one address. */
function withoutVariants(digits: string): string {
  // Brazil: since 2012–2016 mobile numbers have a ninth digit; accounts older than that keep the spelling without it.
  const brazil = /^55(\d{2})([6-9]\d{7})$/.exec(digits)
  if (brazil) return `55${brazil[1]}9${brazil[2]}`
  // Mexico: the 1 after the country code was needed from abroad until 2019.
  const mexico = /^521(\d{10})$/.exec(digits)
  if (mexico) return `52${mexico[1]}`
  // Argentina: the 9 after the country code marks a mobile that is called from abroad; the rest is unique without it.
  const argentina = /^549(\d{10})$/.exec(digits)
  if (argentina) return `54${argentina[1]}`
  return digits
}

/** The text with the decimal digits of any script as 0–9. */
export function withAsciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, digitValue)
}

/** Decimal digits of any script as 0–9; everything else is dropped. */
function digitsOf(text: string): string {
  return withAsciiDigits(text.normalize('NFKC')).replace(/\D/g, '')
}

/** Digits of one script stand in a row, so that the value is the distance to the nearest zero below. */
function digitValue(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 128) return character
  let zero = code
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return String((code - zero) % 10)
}

/**
 * `phone:+…` of a number that a network gave us, with its country code, with or without the plus and the network's prefix. Numbers that no numbering
 * plan knows have a key as well: the network reaches somebody under them. Null for what has no or too many digits.
 */
export function wirePhoneKey(wire: string): string | null {
  const digits = digitsOf(wire)
  if (digits.length < 3 || digits.length > mostDigits) return null
  return `phone:+${withoutVariants(digits)}`
}

/**
 * `phone:+…` of a number that a person wrote or a till knows, read in `region` (ISO 3166-1 alpha-2) where it has no country code. Null unless it is
 * a number that exists in the country's plan.
 */
export function writtenPhoneKey(written: string, region: string | null): string | null {
  const parsed = parsePhoneNumberFromString(written.slice(0, 60), region && isSupportedCountry(region) ? region : undefined)
  return parsed?.isValid() ? `phone:+${withoutVariants(parsed.number.slice(1))}` : null
}

/** Country of a `phone:` key, ISO 3166-1 alpha-2, or null where the number belongs to none. */
export function countryOfPhone(key: string): CountryCode | null {
  return parsePhoneNumberFromString(key.replace('phone:', ''))?.country ?? null
}

/** A `phone:` key as people write it: `+91 98765 43210`. */
export function formattedPhone(key: string): string {
  const number = key.replace('phone:', '')
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number
}
