import type { SignalEntry } from '#contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import sentences from '../locales/readiness/en.json'
import { makeI18n } from './i18n.ts'
import { initialsOf } from './names.ts'
import { ahead, countdown, date, dayAround, dayOf, duration, money, shortAgo } from './time.ts'
import { wholeParts } from './whole.ts'
import { codeLine, isBehaviour, plainCode, previewLine, readinessLine, signalLine } from './wording.ts'

const { t: translate, te } = makeI18n().global
const t = (key: string, params: Record<string, unknown> = {}, plural?: number) => plural === undefined ? translate(key, params) : translate(key, params, plural)
/** Without the isolates that keep names apart from the direction around them. */
const bare = (text: string) => text.replaceAll(/[\u2066-\u2069]/g, '')
const now = new Date(2026, 10, 22, 15, 0).getTime()
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString()
const signal = (type: SignalEntry['signal'], meta: SignalEntry['meta'] = {}): SignalEntry => ({ type: 'signal', id: 'g', at: ago(1), revision: 1, signal: type, meta })
const words = (entry: SignalEntry, store: string | null = null) => bare(signalLine(entry, { store, amount: null }, t, te).map(p => p.strong ? `[${p.text}]` : p.text).join(''))

describe('time', () => {
  it('takes as little room as a row has', () => {
    expect([ago(0.001), ago(0.2), ago(3), ago(30), ago(24 * 3), ago(24 * 20), ago(24 * 400)].map(at => shortAgo(at, now, 'en', t))).toEqual(['now', '12m', '3h', 'Yesterday', 'Thu', '2 Nov', '18 Oct 2025'])
  })
  it('names what is to come by as much of its day as it takes', () => {
    expect([3, 20, 24 * 6, 24 * 7].map(hours => ahead(ago(-hours), now, 'en'))).toEqual(['18:00', 'Mon 11:00', 'Sat 15:00', '29 Nov 15:00'])
  })
  it('counts a window down and never below zero', () => {
    expect(countdown(23 * 3_600_000 + 58 * 60_000, t)).toBe('23\u00A0h\u00A058\u00A0m')
    expect(countdown(-5, t)).toBe('0\u00A0min')
  })
  it('names a day of another place as that place does', () => {
    const night = '2026-11-30T22:00:00Z'
    expect([date(night, 'en', now, { timeZone: 'Asia/Dubai' }), date(night, 'en', now, { timeZone: 'America/New_York' })]).toEqual(['1 Dec', '30 Nov'])
  })
  it('shows a voice note\'s length', () => expect([duration(41), duration(125.4)]).toEqual(['0:41', '2:05']))
  it('counts rupees in lakhs and shows a currency that is none', () => {
    expect(money(485000, 'INR', 'en')).toBe('₹4,85,000')
    expect(money(12, 'GOLD', 'en')).toContain('12')
  })
  it('keeps to the days of the calendar, also where a clock is set to summer', () => {
    for (let at = Date.parse('2026-01-01T00:00:00Z'); at < Date.parse('2027-01-01T00:00:00Z'); at += 29.3 * 3_600_000) {
      const { from, to } = dayAround(at)
      expect([dayOf(from), dayOf(at), dayOf(to - 1)]).toEqual(Array.from({ length: 3 }, () => dayOf(at)))
      expect(dayOf(to)).not.toBe(dayOf(at))
      expect(dayOf(from - 1)).not.toBe(dayOf(at))
    }
  })
})

describe('words', () => {
  it('tell what a message without text is', () => {
    expect(previewLine({ text: '', kind: 'voice', mine: false, seconds: 34 }, t, te)).toBe('Voice note · 0:34')
    expect(previewLine({ text: 'Thank you', kind: 'text', mine: true }, t, te)).toBe('Thank you')
    expect(previewLine({ text: '*Hold* it for _me_, 2 * 3 * 4', kind: 'text', mine: false }, t, te)).toBe('Hold it for me, 2 * 3 * 4')
    expect(previewLine({ text: '', kind: 'some_future_kind', mine: false }, t, te)).toBe('Some future kind')
  })
  it('let pieces and stores stand out in behaviour', () => {
    expect(words(signal('qr_scanned', { pieceName: 'Halo R-221' }), 'Bandra')).toBe('Scanned the QR at [Bandra], looked at [Halo R-221]')
    expect(words(signal('piece_viewed', { pieceName: 'Halo R-221', times: 3, source: 'instagram' }))).toBe('Looked at [Halo R-221] · 3 times now · from Instagram')
  })
  it('fall back to a plain word for a code that no file knows', () => {
    expect(codeLine('gate', 'quite_new', {}, t, te)).toBe('Quite new')
    expect(readinessLine('reasons', { code: 'quite_new', params: {} }, sentences, t, te)).toBe('Quite new')
    expect(plainCode('a_b-c')).toBe('A b c')
  })
  it('choose the form that a number asks for', () => {
    const hours = (n: number) => bare(codeLine('gate', 'colleague_wrote', { name: 'Arjun', store: 'Bandra', hours: n }, t, te))
    expect([hours(1), hours(3)]).toEqual(['Arjun wrote from Bandra an hour ago', 'Arjun wrote from Bandra 3 hours ago'])
  })
  it('say what the engine says, and keep the direction of what it names', () => {
    expect(readinessLine('reasons', { code: 'signal_seen', params: { signal: 'directions', days: 1, times: 1 } }, sentences, t, te)).toBe('Asked the way to the store yesterday')
    expect(readinessLine('reasons', { code: 'piece_again', params: { piece: 'Halo', times: 3, days: 2 } }, sentences, t, te)).toBe('Looked at \u2068Halo\u2069 3 times in 2 days')
    expect(bare(readinessLine('reasons', { code: 'came_from', params: { source: 'Instagram ad' } }, sentences, t, te))).toBe('First came through an Instagram ad')
    expect(readinessLine('actions', { code: 'top_tenth', params: { percent: 38 } }, sentences, t, te)).toBe('Likelier than most to visit or buy within a month (38%)')
  })
  it('name no store where none is known', () => {
    expect(bare(codeLine('gate', 'colleague_wrote', { name: 'Arjun', store: '', hours: 3 }, t, te))).toBe('Arjun wrote 3 hours ago')
  })
  it('leave out behaviour that is a message or our own', () => expect(['voice', 'touch_campaign', 'piece_viewed'].map(type => isBehaviour(signal(type as 'voice')))).toEqual([false, false, true]))
})

describe('the number of a piece', () => {
  const whole = (text: string) => wholeParts(text).map(part => part.whole ? `[${part.text}]` : part.text).join('')
  it('is never torn apart at its hyphen', () => expect(['Halo R-221', 'the R-221, or E-418?', 'Came back to Kundan K-118 twice', 'ring-10023'].map(whole)).toEqual(['Halo [R-221]', 'the [R-221], or [E-418]?', 'Came back to Kundan [K-118] twice', '[ring-10023]']))
  it('is told from a word with a hyphen, a sum and what would not fit on a line', () => {
    const other = ['a well-kept ring', '5 - 3', '-7 degrees', 'https://example.com/jewellery-2026-autumn-collection', 'SKU-1234567890123456789']
    expect(other.map(whole)).toEqual(other)
  })
  it('changes nothing of the text', () => fc.assert(fc.property(fc.string(), (text) => { expect(wholeParts(text).map(part => part.text).join('')).toBe(text) })))
})

describe('initials', () => {
  it('take whole letters of a name in any script', () => expect(['Priya Malhotra', 'अनन्या वर्मा', 'Cher', ''].map(initialsOf)).toEqual(['PM', 'अव', 'C', '']))
})
