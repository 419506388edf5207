import type { GateView, LaneView } from '#contracts'
import type { Translate } from '../lib/time.ts'
import { countdown } from '../lib/time.ts'
import { codeLine } from '../lib/wording.ts'

/** The gate in words: a verdict to stand out, and what it rests on. `hidden` codes say what the verdict already says. */
export function gateWords(gate: GateView, lane: LaneView, now: number, t: Translate, te: (key: string) => boolean): { verdict: string, rest: string } {
  // Where no template can go, only they open a window.
  const codeOf = (code: string) => lane.templates === false && te(`gate.${code}_theirs`) ? `${code}_theirs` : code
  const parts = gate.reasons.map(reason => codeLine('gate', codeOf(reason.code), reason.params, t, te))
  if (gate.verdict !== 'closed') {
    if (gate.verdict === 'open') parts.unshift(t('gate.touches', { n: gate.touchesThisMonth }, gate.touchesThisMonth))
    if (gate.verdict === 'open' && lane.lastInboundAt && lane.windowClosesAt && gate.reasons.length === 0) parts.push(t('gate.wrote_first'))
    const closes = gate.windowClosesAt ?? lane.windowClosesAt
    if (closes && Date.parse(closes) > now) parts.push(t('gate.window', { left: countdown(Date.parse(closes) - now, t) }))
  }
  const sentence = parts.filter(Boolean).join(t('common.comma'))
  return { verdict: t(`gate.verdict.${gate.verdict}`), rest: sentence ? `${sentence.charAt(0).toLocaleUpperCase()}${sentence.slice(1)}.` : '' }
}
