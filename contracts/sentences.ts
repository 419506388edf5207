/** Forms of a word beside a number, as `Intl.PluralRules` names them; `other` always. `{n}` stands for the number. */
export type Plural = { one?: string, two?: string, few?: string, many?: string, other: string }

/** A sentence, or two where something that happened once reads differently from what happened several times. */
export type Sentence = string | { once: string, other: string }

type Unit = 'days' | 'weeks' | 'months' | 'years'

/**
 * What can be said of a person in one language. Sentences hold `{param}` as it is, `{param:ago}` as a day in the past, `{param:span}` as a length of time, `{param:every}`
 * as how often, all counted in days; `{param:times}` as how often, `{param:figure}` as a number, `{param:signal}` as what a signal was, and `{param:season}` as a festival
 * or season.
 */
export type SentencePack = {
  locale: string
  today: string
  yesterday: string
  lessThanADay: string
  ago: Record<Unit, Plural>
  span: Record<Unit, Plural>
  every: Record<Unit, Plural>
  times: Plural
  /** What each signal was: said of the person, in the past, so that a time can stand beside it. */
  signals: Record<string, string>
  /** Festivals and seasons at which people buy, as a sentence begins with them. */
  seasons: Record<string, string>
  reasons: Record<string, Sentence>
  actions: Record<string, Sentence>
  changes: Record<string, Sentence>
}

export type SentenceParams = Readonly<Record<string, string | number>>

/** Days as people count them: days up to two weeks, weeks up to two months, months up to two years. */
function counted(days: number): { unit: Unit, n: number } {
  if (days < 14) return { unit: 'days', n: days }
  if (days < 60) return { unit: 'weeks', n: Math.round(days / 7) }
  if (days < 730) return { unit: 'months', n: Math.round(days / 30.44) }
  return { unit: 'years', n: Math.round(days / 365.25) }
}

type Rules = { plural: Intl.PluralRules, figure: Intl.NumberFormat }
/** More locales than there are packs; beyond it rules are made anew. */
const mostLocales = 40
/** Rules cost a tenth of a millisecond to make, never change, and are the same for the same locale: a memo that no result depends on. */
const rules = new Map<string, Rules>()

function rulesOf(locale: string): Rules {
  const known = rules.get(locale)
  if (known) return known
  // Digits are Latin in every language, as on price tags.
  const made: Rules = { plural: new Intl.PluralRules(locale), figure: new Intl.NumberFormat(`${locale}-u-nu-latn`) }
  if (rules.size < mostLocales) rules.set(locale, made)
  return made
}

function plural(locale: string, forms: Plural, n: number): string {
  const form = rulesOf(locale).plural.select(n)
  return (form === 'zero' ? forms.other : forms[form] ?? forms.other).replaceAll('{n}', String(n))
}

function filled(pack: SentencePack, value: string | number, how: string | undefined): string {
  if (how === 'signal' || how === 'season') return pack[`${how}s`][String(value)] ?? String(value).replaceAll('_', ' ')
  const n = Number(value)
  const { unit, n: count } = counted(n)
  if (how === 'ago') return n === 0 ? pack.today : n === 1 ? pack.yesterday : plural(pack.locale, pack.ago[unit], count)
  if (how === 'span') return n === 0 ? pack.lessThanADay : plural(pack.locale, pack.span[unit], count)
  if (how === 'every') return plural(pack.locale, pack.every[unit], Math.max(1, count))
  if (how === 'times') return n === 2 && pack.times.two ? pack.times.two : plural(pack.locale, pack.times, n)
  if (how === 'figure') return rulesOf(pack.locale).figure.format(n)
  return String(value)
}

/** Parameters that count something, and so decide between a sentence's two forms. */
const counts = ['times', 'n', 'visits'] as const

/** A sentence with its parameters in their places. */
export function fillSentence(pack: SentencePack, sentence: Sentence, params: SentenceParams): string {
  const count = counts.find(name => name in params)
  const text = typeof sentence === 'string' ? sentence : count !== undefined && params[count] === 1 ? sentence.once : sentence.other
  return text.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, how?: string) => filled(pack, params[name] ?? '', how))
}
