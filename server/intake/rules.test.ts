import type { Conversation, Message } from '../models/index.ts'
import { describe, expect, it } from 'vitest'
import { counting } from './apply/row.ts'
import { standingAt } from './apply/when.ts'
import { looksRight } from './body-check.ts'
import { cleanText, cleanValue, longestTextBytes, sortableTime } from './clean.ts'
import { afterNews, laneOf, windowEnd } from './lanes.ts'
import { intentsOf, isPolite } from './words.ts'

describe('words', () => {
  it.each([
    ['What is the price of this ring?', 'price_asked'],
    ['kitne ka hai', 'price_asked'],
    ['كم سعر الخاتم', 'price_asked'],
    ['berapa harganya kak', 'price_asked'],
    ['do you have this in rose gold', 'question'],
    ['هل يوجد مقاس اصغر', 'question'],
    ['where is your showroom', 'locator'],
    ['dukan kahan hai', 'locator'],
    ['alamat toko di mana', 'locator'],
    ['please share your location', 'directions'],
    ['kirim lokasi ya', 'directions'],
    ['can i come on saturday', 'appointment_asked'],
    ['اريد موعد غدا', 'appointment_asked'],
    ['mau datang hari sabtu', 'appointment_asked'],
    ['I am very disappointed with the clasp', 'complaint'],
    ['bahut kharab service', 'complaint'],
    ['saya kecewa', 'complaint'],
    ['STOP', 'opt_out'],
    ['message mat karo', 'opt_out'],
    ['إلغاء الاشتراك', 'opt_out'],
    ['berhenti', 'opt_out'],
  ])('%s says %s', (text, intent) => {
    expect(intentsOf(text)).toContain(intent)
  })

  it('do not mistake a sentence for an opt-out, nor a figure for a price', () => {
    expect(intentsOf('I will stop by on Monday')).not.toContain('opt_out')
    expect(intentsOf('the wedding does not end before June')).not.toContain('opt_out')
    expect(intentsOf('ring size 14')).toEqual([])
  })

  it.each(['Thank you so much 🙏', 'ok', 'shukriya ji', 'شكراً', 'terima kasih kak', '👍'])('%s is a courtesy', (text) => {
    expect(isPolite(text)).toBe(true)
    expect(intentsOf(text)).toEqual([])
  })

  it('beside a courtesy still count', () => {
    expect(isPolite('thank you, what is the price')).toBe(false)
  })
})

describe('what comes from outside', () => {
  it('keeps its text within 64 kB, whole characters, and without what cannot be stored', () => {
    const long = cleanText('💍'.repeat(40_000))!
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(longestTextBytes)
    expect(long.endsWith('💍…')).toBe(true)
    expect(cleanText('a\0b\uD800c')).toBe('ab\uFFFDc')
    expect(cleanText(undefined)).toBeNull()
  })

  it('is sorted by a time that can be believed', () => {
    const received = new Date('2026-05-01T10:00:00.000Z')
    expect(sortableTime('2026-05-01T09:59:00.000Z', received).at.toISOString()).toBe('2026-05-01T09:59:00.000Z')
    expect(sortableTime('2091-01-01T00:00:00.000Z', received)).toEqual({ at: received, raw: '2091-01-01T00:00:00.000Z' })
    expect(sortableTime('1999-01-01T00:00:00.000Z', received).at).toEqual(received)
    expect(sortableTime('1970-01-01T00:00:00.000Z', received)).toEqual({ at: received })
    expect(sortableTime('soon', received)).toEqual({ at: received, raw: 'soon' })
  })

  it('keeps no operators, prototype keys or depth without end', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as unknown
    expect(JSON.stringify(cleanValue(deep)).length).toBeLessThan(100)
    expect(cleanValue(JSON.parse('{"$where":1,"a.b":2,"__proto__":{"x":1},"ok":[1,"two"]}'))).toEqual({ ok: [1, 'two'] })
  })

  it('is told from other bodies by its first look', () => {
    const json = (text: string) => looksRight(Buffer.from(text), 'application/json')
    expect([json('{"a":1}'), json('[]'), json('{"a"'), json('7'), json('')]).toEqual([true, true, false, false, false])
    expect(json(`{"a":"${'x'.repeat(100_000)}"}`)).toBe(true)
    expect(json(`{"a":"${'x'.repeat(100_000)}"`)).toBe(false)
    expect(looksRight(Buffer.from('From=1&Body=x'), 'application/x-www-form-urlencoded; charset=utf-8')).toBe(true)
    expect(looksRight(Buffer.from('{"a":1}'), 'application/x-www-form-urlencoded')).toBe(false)
  })
})

describe('within one second', () => {
  const row = (lastInboundAt: string | null, lastOutboundAt: string | null = null) => ({ lastInboundAt: lastInboundAt ? new Date(lastInboundAt) : null, lastOutboundAt: lastOutboundAt ? new Date(lastOutboundAt) : null })
  const stands = (at: string, before: ReturnType<typeof row>) => standingAt(new Date(at), before).toISOString()
  const told = '2026-05-01T10:00:05.000Z'

  it('a message whose network tells whole seconds stands behind what came before it', () => {
    expect(stands(told, row('2026-05-01T10:00:05.640Z'))).toBe('2026-05-01T10:00:05.641Z')
    expect(stands(told, row(told))).toBe('2026-05-01T10:00:05.001Z')
    expect(stands(told, row('2026-05-01T10:00:05.100Z', '2026-05-01T10:00:05.700Z'))).toBe('2026-05-01T10:00:05.701Z')
  })

  it('one whose network tells milliseconds stands where it says, as does one of another second', () => {
    expect(stands('2026-05-01T10:00:05.120Z', row('2026-05-01T10:00:05.640Z'))).toBe('2026-05-01T10:00:05.120Z')
    expect(stands(told, row('2026-05-01T10:00:06.000Z'))).toBe(told)
    expect(stands(told, row('2026-05-01T10:00:04.999Z'))).toBe(told)
    expect(stands(told, row(null))).toBe(told)
  })
})

describe('a window', () => {
  const at = new Date('2026-05-01T10:00:00.000Z')

  it('ends as the channel says, later after an advertisement, and nowhere without one', () => {
    expect(windowEnd({ windowHours: 24, freeEntryHours: 72 }, at, false)?.toISOString()).toBe('2026-05-02T10:00:00.000Z')
    expect(windowEnd({ windowHours: 24, freeEntryHours: 72 }, at, true)?.toISOString()).toBe('2026-05-04T10:00:00.000Z')
    expect(windowEnd({ windowHours: null }, at, true)).toBeNull()
  })
})

describe('a lane through which somebody could not be written to', () => {
  const passage = { channel: { _id: 'wa', channel: 'whatsapp', storeId: null }, capabilities: { windowHours: 24 }, addressKeys: ['user:whatsapp:IN.1'], wire: 'IN.1' } as const
  const blockedAt = new Date('2026-05-01T10:00:00.000Z')
  const blocked = { ...laneOf([], passage), blocked: true, blockedAt }
  const inbound = (at: string) => afterNews(blocked, passage, { inboundAt: new Date(at) }).blocked

  it('is open again when they write through it', () => {
    expect(inbound('2026-05-01T11:00:00.000Z')).toBe(false)
  })

  it('stays shut for what they wrote before, and for what we write', () => {
    expect(inbound('2026-05-01T09:59:00.000Z')).toBe(true)
    expect(afterNews(blocked, passage, { outboundAt: new Date('2026-05-01T11:00:00.000Z') }).blocked).toBe(true)
  })
})

describe('counting', () => {
  const message = (arrival: number, direction: 'in' | 'out' = 'in') => ({ arrival, direction, at: new Date(1_000 * arrival) }) as Message
  const row = { unread: 1, counted: 5, waitingSince: null, state: 'closed', snoozedUntil: new Date(0) } as unknown as Conversation

  it('counts what came after the last count, once, and opens the conversation', () => {
    const after = counting(row, [message(5), message(6), message(7)])
    expect(after).toMatchObject({ unread: 3, counted: 7, state: 'open', snoozedUntil: null, waitingSince: new Date(6_000) })
    expect(counting(after, [message(6), message(7)])).toBe(after)
  })

  it('ends with an answer from the phone app', () => {
    expect(counting(row, [message(6), message(7, 'out')])).toMatchObject({ unread: 0, waitingSince: null })
  })
})
