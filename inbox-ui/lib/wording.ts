import type { ConversationRow, SentencePack, SignalEntry } from '#contracts'
import type { Translate } from './time.ts'
import { fillSentence, shownByMessages, withoutMarks } from '#contracts'
import { duration } from './time.ts'

type Known = (key: string) => boolean
type Params = Record<string, string | number>

/** Text of its own direction inside a sentence of another (Unicode's first-strong isolate). */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`
}

/** A code as words when no language file knows it: better a plain word than nothing. */
export function plainCode(code: string): string {
  const words = code.replaceAll(/[_.-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The last line of a row: the text where there is one, else the kind in words. Whose it is is said before it, see `preview.mine`. */
export function previewLine(preview: ConversationRow['preview'], t: Translate, te: Known): string {
  const key = `preview.${preview.kind}`
  const kind = preview.kind !== 'text' && te(key) ? t(key) : ''
  const length = preview.seconds ? ` · ${duration(preview.seconds)}` : ''
  const words = withoutMarks(preview.text)
  return words ? (kind && preview.kind !== 'button_reply' && preview.kind !== 'list_reply' ? `${kind}${length} · ${words}` : words) : `${kind || (preview.kind === 'text' ? '' : plainCode(preview.kind))}${length}`
}

/** A reason, an advice or a what-if of the engine as a sentence of this language. What it names keeps its own direction. */
export function readinessLine(group: 'reasons' | 'actions' | 'changes', said: { code: string, params: Params }, pack: SentencePack, t: Translate, te: Known): string {
  const sentence = pack[group][said.code]
  if (sentence === undefined) return plainCode(said.code)
  const words = (name: string, value: string | number) => {
    if (name === 'source') return isolate(sourceName(String(value), t, te))
    return typeof value === 'string' && name !== 'signal' && name !== 'season' ? isolate(value) : value
  }
  return fillSentence(pack, sentence, Object.fromEntries(Object.entries(said.params).map(([name, value]) => [name, words(name, value)])))
}

/** Where somebody came from, from its code. */
export function sourceName(source: string, t: Translate, te: Known): string {
  const key = `source.${source.trim().toLowerCase().replaceAll(/[\s-]+/g, '_')}`
  return te(key) ? t(key) : plainCode(source)
}

/** What the gate says, or why a message failed, from its code. Number parameters named in a sentence's plural choose its form. */
export function codeLine(group: 'gate' | 'failure', code: string, params: Params, t: Translate, te: Known): string {
  const plain = `${group}.${code}_plain`
  const key = params.store === '' && te(plain) ? plain : `${group}.${code}`
  if (!te(key)) return plainCode(code)
  const filled: Params = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? isolate(value) : value]))
  const count = [filled.n, filled.hours, filled.touches, filled.days].find(value => typeof value === 'number')
  return t(key, filled, typeof count === 'number' ? count : 1)
}

const silent: ReadonlySet<string> = new Set(shownByMessages)

/** Whether a signal stands between the messages. */
export function isBehaviour(entry: Pick<SignalEntry, 'signal'>): boolean {
  return !silent.has(entry.signal)
}

/** A sentence in parts, so that what it speaks of can stand out. */
export type Part = { text: string, strong: boolean }

const mark = '\u2063'

/** Behaviour in words. Piece and store names come back as strong parts, whatever order the language puts them in. */
export function signalLine(entry: SignalEntry, names: { store: string | null, amount: string | null }, t: Translate, te: Known): Part[] {
  const { meta, signal } = entry
  const strong = (value: string) => `${mark}${value}${mark}`
  const piece = meta.pieceName ?? meta.pieceId
  const variant = [piece && names.store ? 'pieceStore' : '', piece ? 'piece' : '', names.store ? 'store' : '', 'plain'].find(v => v && te(`signal.${signal}.${v}`))
  const params: Params = { piece: strong(piece ?? ''), store: strong(names.store ?? ''), seconds: duration(meta.seconds ?? 0), days: meta.quietDays ?? 0 }
  let line = variant ? t(`signal.${signal}.${variant}`, params) : plainCode(signal)
  if (meta.times && meta.times > 1) line += ` · ${t('signalTail.times', { n: meta.times }, meta.times)}`
  if (names.amount) line += ` · ${names.amount}`
  if (meta.source) line += ` · ${t('signalTail.from', { source: sourceName(meta.source, t, te) })}`
  return line.split(mark).map((text, i) => ({ text, strong: i % 2 === 1 })).filter(part => part.text !== '')
}
