/** What somebody is found by. Addresses as stored: kind and value as people write it. */
export type Findable = {
  name: string
  tags: readonly string[]
  addresses: readonly { kind: string, value: string }[]
}

const maxWords = 8
const maxKeyLength = 48
const maxAddresses = 24
/** The shortest end of a number that stands among the keys, and so the shortest part of one that finds somebody. */
export const shortestDigits = 3

/** Zeros of the decimal digits people type: Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Burmese, Khmer. */
const zeros = [0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0]

/** Marks that are often not typed: Latin, Greek and Cyrillic accents, Hebrew and Arabic vowel points, the nukta of Devanagari and Bengali. */
const leftOut: readonly [first: number, last: number][] = [[0x300, 0x36F], [0x591, 0x5C7], [0x64B, 0x65F], [0x670, 0x670], [0x93C, 0x93C], [0x9BC, 0x9BC]]

/** Letters that Unicode does not take apart and that people type without their stroke, as two, or not at all. */
const spellings: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ى: 'ي', ة: 'ه', ک: 'ك', ی: 'ي', ہ: 'ه', ـ: '' }

const plain = /^[a-z0-9 ]*$/

/**
 * Text as it is compared: one case, one width, without the marks that are often left out (Latin accents, Arabic and Hebrew vowel points, the
 * Devanagari nukta), digits of any script as 0–9. Vowel signs of Indic scripts stay: they are letters to those who write them.
 */
export function normalised(text: string): string {
  const once = foldedText(text)
  // Marks that were left out can let others move together, so that a second look finds more; plain letters never need one.
  return plain.test(once) ? once : foldedText(foldedText(once))
}

function foldedText(text: string): string {
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKD').replace(/\p{M}/gu, mark => isLeftOut(mark) ? '' : mark).replace(/\p{L}/gu, letter => Object.hasOwn(spellings, letter) ? spellings[letter]! : letter).replace(/\p{Nd}/gu, asciiDigit)
  return folded.normalize('NFC').replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim()
}

function isLeftOut(mark: string): boolean {
  const code = mark.codePointAt(0)!
  return leftOut.some(([first, last]) => code >= first && code <= last)
}

function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  const zero = zeros.find(start => code >= start && code <= start + 9)
  return zero === undefined ? digit : String(code - zero)
}

/** Digits of a number in any script, without what stands between them. */
export function digitsOf(text: string): string {
  return normalised(text).replace(/\D/g, '')
}

/** True for a name that is only a number: someone whom nobody has named yet. */
export function isBareNumber(name: string): boolean {
  return /^\+?[\p{Nd}\s().\-–]{6,}$/u.test(name.trim())
}

/** True for scripts that write words without a space between them, where any character may begin a given name. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** The name from each of its words to the end, so that the beginning of any of them, or of several together, finds it. */
function nameKeys(name: string): string[] {
  if (isBareNumber(name)) return []
  const keys: string[] = []
  const words = normalised(name).slice(0, 200).split(' ').filter(Boolean)
  for (let i = 0; i < words.length && keys.length < maxWords; i++) {
    keys.push(`n:${words.slice(i).join(' ')}`)
    const word = words[i]!
    if (!unspaced.test(word)) continue
    const characters = [...word]
    for (let j = 1; j < characters.length && keys.length < maxWords; j++) {
      if (/\p{L}/u.test(characters[j]!)) keys.push(`n:${[characters.slice(j).join(''), ...words.slice(i + 1)].join(' ')}`)
    }
  }
  return keys
}

function tagKeys(tags: readonly string[]): string[] {
  return tags.map(tag => `t:${normalised(tag)}`).filter(key => key.length > 2)
}

/** A number from each of its digits to the end, so that any part of it is the beginning of one of them. */
function phoneKeys(value: string): string[] {
  const digits = digitsOf(value).slice(0, 15)
  return Array.from({ length: Math.max(0, digits.length - shortestDigits + 1) }, (_, i) => `p:${digits.slice(i)}`)
}

function addressKeys(address: { kind: string, value: string }): string[] {
  if (address.kind === 'phone') return phoneKeys(address.value)
  if (address.kind === 'email') return [`e:${address.value.trim().toLowerCase()}`]
  if (address.kind === 'username') return [`h:${address.value.trim().replace(/^@/, '').toLowerCase()}`]
  if (address.kind === 'card') return [`c:${address.value.trim().toLowerCase()}`]
  return []
}

const bounded = (keys: string[]) => [...new Set(keys.map(key => [...key].slice(0, maxKeyLength).join('')))]

/**
 * Everything a conversation is found by, for `conversation.searchKeys`. Pure; bounded by the number of words and addresses it reads.
 *
 * `n:` the name from each word on · `p:` a phone number from each digit on · `e:` e-mail · `h:` username · `c:` loyalty card · `t:` tag.
 * Ids that a provider made (a user's or a visitor's) are nothing a person types and give no key. Whoever changes addresses writes all keys anew with this;
 * a change of name or tags alone may use {@link withName} and {@link withTags}.
 */
export function searchKeysOf(person: Findable): string[] {
  return bounded([...nameKeys(person.name), ...tagKeys(person.tags), ...person.addresses.slice(0, maxAddresses).flatMap(addressKeys)])
}

/** The same keys after the name was changed. */
export function withName(keys: readonly string[], name: string): string[] {
  return bounded([...nameKeys(name), ...keys.filter(key => !key.startsWith('n:'))])
}

/** The same keys after the tags were changed. */
export function withTags(keys: readonly string[], tags: readonly string[]): string[] {
  return bounded([...keys.filter(key => !key.startsWith('t:')), ...tagKeys(tags)])
}
