import type { MessageEntry, SignalEntry, ThreadEntry } from '#contracts'
import { describe, expect, it } from 'vitest'
import { buildTimeline, findFirstUnread } from './timeline.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const day = 86_400_000
let count = 0
function message(daysAgo: number, over: Partial<MessageEntry> = {}): MessageEntry {
  return {
    type: 'message', id: `m${++count}`, at: new Date(now - daysAgo * day).toISOString(), revision: 1, direction: 'in', author: { kind: 'customer', id: null, name: null }, laneId: 'l1', kind: 'text', text: 'x', attachments: [], pieces: [],
    replyTo: null, reactions: [], forwarded: false, editedAt: null, deletedAt: null, status: null, failure: null, undoUntil: null, clientId: null, ...over,
  }
}
const ours = (daysAgo: number, over: Partial<MessageEntry> = {}) => message(daysAgo, { direction: 'out', author: { kind: 'advisor', id: 'u', name: 'U' }, ...over })
const signal = (daysAgo: number, type: SignalEntry['signal']): SignalEntry => ({ type: 'signal', id: `g${++count}`, at: new Date(now - daysAgo * day).toISOString(), revision: 1, signal: type, meta: {} })
const types = (entries: ThreadEntry[], options: Partial<Parameters<typeof buildTimeline>[1]> = {}) => buildTimeline(entries, { now, ...options }).map(item => item.type)

describe('the timeline', () => {
  it('names each day once and each lane where it changes', () => {
    expect(types([message(1), message(1 - 0.01), message(0.1, { laneId: 'l2' })])).toEqual(['day', 'lane', 'message', 'message', 'day', 'lane', 'message'])
  })
  it('gathers behaviour that nothing was said between', () => {
    expect(types([message(2), signal(1, 'piece_viewed'), signal(0.9, 'wishlist'), message(0.1)])).toEqual(['day', 'lane', 'message', 'signals', 'day', 'message'])
  })
  it('leaves out what a message beside it already says', () => {
    expect(types([message(1), signal(1, 'voice'), signal(1, 'touch_advisor'), signal(1, 'read')])).toEqual(['day', 'lane', 'message'])
  })
  it('speaks of a silence that the customer kept, whatever we wrote in it', () => {
    const items = buildTimeline([message(30), ours(20), message(1)], { now })
    expect(items.find(item => item.type === 'silence')).toMatchObject({ days: 29, withinRhythm: null, now: false })
  })
  it('calls a past silence usual only where a longer one now is', () => {
    const rhythm = (silence: { days: number, usual: number, withinRhythm: boolean }) => buildTimeline([message(40), message(30), message(1)], { now, silence }).flatMap(item => item.type === 'silence' ? [item.withinRhythm] : [])
    expect(rhythm({ days: 15, usual: 0.6, withinRhythm: true })).toEqual([true, null])
    expect(rhythm({ days: 20, usual: 0.01, withinRhythm: false })).toEqual([null, false])
  })
  it('ends with the silence that still lasts', () => {
    expect(buildTimeline([message(12)], { now, silence: { days: 12, usual: 0.5, withinRhythm: true } }).at(-1)).toMatchObject({ type: 'silence', days: 12, withinRhythm: true, now: true })
  })
  it('joins messages of one author within five minutes', () => {
    const items = buildTimeline([ours(0.01), ours(0.009), ours(0.001)], { now }).filter(item => item.type === 'message')
    expect(items.map(item => [item.first, item.last])).toEqual([[true, false], [false, true], [true, true]])
  })
  it('draws the unread line once, above the first unread', () => {
    expect(types([message(0.2), message(0.1), message(0.05)], { unread: 2 })).toEqual(['day', 'lane', 'message', 'unread', 'message', 'message'])
  })
})

describe('unread', () => {
  it('does not reach above our own last answer', () => {
    const last = message(0.1)
    expect(findFirstUnread([message(2), ours(1), last], 5)).toBe(last.id)
  })
  it('is nowhere when nothing is unread', () => expect(findFirstUnread([message(1)], 0)).toBeNull())
})
