import type { LearnedWeight, SentencePack } from '#contracts'
import type { Translate } from '../lib/time.ts'
import { plainCode, sourceName } from '../lib/wording.ts'

type Known = (key: string) => boolean

/** What one part of a forecast is about. */
type About = Pick<LearnedWeight, 'name' | 'signal'> & Partial<Pick<LearnedWeight, 'aspect' | 'source'>>

const aspects = ['seen', 'lately', 'ago'] as const
const sourcePrefix = 'source='

/** A weight or a part of a forecast in the reader's words; a name that no language file knows reads as plain words. */
export function featureWords({ name, signal, aspect, source }: About, pack: SentencePack, t: Translate, te: Known): string {
  if (signal) {
    const words = pack.signals[signal] ?? plainCode(signal)
    const which = aspect ?? aspects.find(one => name.endsWith(`:${one}`))
    return which ? t(`learning.aspect.${which}`, { signal: words }) : words
  }
  const from = source ?? (name.startsWith(sourcePrefix) ? name.slice(sourcePrefix.length) : null)
  if (from !== null) return t('learning.fromSource', { source: sourceName(from, t, te) })
  return te(`learning.feature.${name}`) ? t(`learning.feature.${name}`) : plainCode(name)
}

export const shifts = ['more_for', 'less_for', 'more_against', 'less_against', 'now_for', 'now_against', 'new_for', 'new_against', 'gone'] as const
export type Shift = typeof shifts[number]

/** Logits that nobody would notice. */
const faint = 0.01

/** What became of a weight. `now_…`: it spoke for the opposite before; `new_…`: it said nothing before; `gone`: it says nothing now. */
export function shiftOf({ before, after }: Pick<LearnedWeight, 'before' | 'after'>): Shift {
  if (Math.abs(after) < faint) return 'gone'
  const side = after > 0 ? 'for' : 'against'
  if (Math.abs(before) < faint) return `new_${side}`
  if (Math.sign(before) !== Math.sign(after)) return `now_${side}`
  return `${Math.abs(after) >= Math.abs(before) ? 'more' : 'less'}_${side}`
}
