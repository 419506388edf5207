import { digitsOf, normalised, shortestDigits } from './search-keys.ts'

/** One range of the index on `searchKeys`, and what finding somebody there means. */
export type Probe = { why: 'name' | 'phone' | 'email' | 'handle' | 'card' | 'tag', key: string | RegExp, /** Further keys that must be there too. */ and?: RegExp[] }

/** Longest part of what was typed that is looked for: keys are not longer either. */
const maxLength = 40
/** Digits from which on a number was known before it was typed, so that finding its owner tells nothing of it. */
const knownNumber = 7
/** The end of a number that everyone sees. */
const shownDigits = 4

/**
 * What somebody typed as ranges of the search index: a name by the beginning of its words, a phone number by any part of it, an e-mail, a handle,
 * a card, a tag (`#vip` for tags alone). Who sees numbers masked finds them by the end that is shown or by a number that they know, so that nobody
 * can guess one digit by digit.
 * @param typed as it was typed, in any script
 * @param whole whether the reader may see addresses whole
 */
export function probesFor(typed: string, whole: boolean): Probe[] {
  // A pattern cannot hold a zero character, and no name holds any of its kind.
  const text = typed.replace(/\p{Cc}/gu, ' ').trim().slice(0, 200)
  if (text === '') return []
  if (/^#./.test(text)) return tagProbes(text)
  if (/^[+()\p{Nd}\s.\-–]+$/u.test(text)) return phoneProbes(digitsOf(text), whole)
  const exact = text.toLowerCase()
  if (/^[^\s@]+@[^\s@]*$/.test(exact)) return [{ why: 'email', key: whole ? beginning('e', exact) : `e:${exact}` }]
  if (exact.startsWith('@')) return exact.length > 1 ? [{ why: 'handle', key: beginning('h', exact.slice(1)) }] : []
  const probes = nameProbes(text)
  if (!/\s/.test(exact)) probes.push({ why: 'handle', key: beginning('h', exact) }, { why: 'card', key: `c:${exact}` })
  return [...probes, ...tagProbes(text)]
}

function nameProbes(text: string): Probe[] {
  const phrase = normalised(text)
  if (phrase === '') return []
  const words = [...new Set(phrase.split(' '))].sort((a, b) => b.length - a.length).slice(0, 6)
  const [longest, ...others] = words
  const together: Probe = { why: 'name', key: beginning('n', phrase) }
  if (longest === undefined || others.length === 0) return [together]
  return [together, { why: 'name', key: beginning('n', longest), and: others.map(word => beginning('n', word)) }]
}

function tagProbes(text: string): Probe[] {
  const tag = normalised(text)
  return tag === '' ? [] : [{ why: 'tag', key: beginning('t', tag) }]
}

function phoneProbes(typed: string, whole: boolean): Probe[] {
  // A number may be typed with the zeros of its trunk or of a call abroad, which are no part of it.
  const digits = typed.replace(/^0{1,2}/, '')
  const wanted = [...new Set([typed, digits])].filter(part => part.length >= shortestDigits)
  return wanted.flatMap((part): Probe[] => {
    if (whole || part.length >= knownNumber) return [{ why: 'phone', key: beginning('p', part) }]
    return part.length === shownDigits ? [{ why: 'phone', key: `p:${part}` }] : []
  })
}

/** Keys of one kind that begin so: an anchored pattern is a range of the index. */
function beginning(kind: string, text: string): RegExp {
  const escaped = [...text].slice(0, maxLength).join('').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  return new RegExp(`^${kind}:${escaped}`)
}
