import type { MergeSuggestionView } from '#contracts'
import type { Translate } from '../lib/time.ts'
import { isolate, plainCode } from '../lib/wording.ts'

/** Why two people may be one, in words; some evidence reads differently from the side of who would stay. */
export function evidenceLine({ evidence, stays, other }: Pick<MergeSuggestionView, 'evidence' | 'stays' | 'other'>, t: Translate, te: (key: string) => boolean): string {
  const key = [`merge.evidence.${evidence}_${stays}`, `merge.evidence.${evidence}`].find(te)
  return key ? t(key, { name: isolate(other.name) }) : plainCode(evidence)
}
