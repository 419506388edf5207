import type { Happening } from './history.ts'
import { describe, expect, it } from 'vitest'
import { MediaShelf } from '../state/media-shelf.ts'
import { deliveriesOf } from './deliveries.ts'
import { demoHistory, demoTimeline, momentOf } from './history.ts'
import { demoMedia } from './media.ts'
import { demoPeople } from './people.ts'

const sunday = Date.parse('2026-11-22T09:02:00Z')
const spring = Date.parse('2027-04-03T22:48:11.250Z')
const dayMs = 86_400_000
const idsOf = (timeline: readonly Happening[]) => timeline.map(one => one.type === 'event' ? one.event.id : `${one.type === 'status' ? one.status : ''} ${one.id}`).sort()
const deliveries = (nowMs: number) => deliveriesOf(demoTimeline(nowMs), { people: new Map(demoPeople.map(person => [person.id, person])), shelf: new MediaShelf(demoMedia), accountSid: 'AC1', mountedAt: 'http://127.0.0.1:1/simulator' })

describe('the demo house\'s history', () => {
  it('is the same to the byte when it is told again for the same moment', () => {
    expect(deliveries(sunday)).toEqual(deliveries(sunday))
  })

  it('names the same things at another moment, so that loading it again says nothing new', () => {
    expect(idsOf(demoTimeline(spring))).toEqual(idsOf(demoTimeline(sunday)))
    expect(new Set(idsOf(demoTimeline(sunday))).size).toBe(demoTimeline(sunday).length)
  })

  it.each([sunday, spring, Date.parse('2026-03-01T00:03:00Z')])('runs forward, months long, and never beyond the moment it leads up to (%i)', (now) => {
    const times = demoTimeline(now).map(one => one.atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(Math.max(...times)).toBeLessThan(now)
    expect(Math.min(...times)).toBeLessThan(now - 300 * dayMs)
  })

  it('keeps each person\'s own order, second by second', () => {
    const history = demoHistory(sunday)
    for (const { id } of demoPeople) {
      const own = history.filter(one => one.personId === id).map(one => Math.floor(one.atMs / 1000))
      expect(new Set(own).size).toBe(own.length)
    }
  })

  it('answers and reacts only to what was said before, on the same line', () => {
    const said = new Map<string, string>()
    for (const one of demoHistory(sunday)) {
      const target = 'targetId' in one.act ? one.act.targetId : 'replyTo' in one.act ? one.act.replyTo : undefined
      if (target !== undefined) expect(said.get(target)).toBe(`${one.personId} ${one.line.id}`)
      said.set(one.id, `${one.personId} ${one.line.id}`)
    }
  })

  it('tells of a message read only after it was delivered', () => {
    const delivered = new Set<string>()
    for (const one of demoTimeline(sunday)) {
      if (one.type !== 'status') continue
      if (one.status === 'delivered') delivered.add(one.id)
      else expect(delivered.has(one.id)).toBe(true)
    }
  })

  it('has forty people, on every line, and a file for each voice note and picture', () => {
    expect(demoPeople).toHaveLength(40)
    expect(new Set(demoPeople.map(person => person.phone ?? person.id)).size).toBe(40)
    const history = demoHistory(sunday)
    expect(new Set(history.map(one => one.line.id))).toEqual(new Set(['wa-bandra', 'wa-dubai', 'wa-orchard', 'instagram', 'sms']))
    for (const { act } of history) {
      if ('mediaId' in act) expect(demoMedia(act.mediaId)?.bytes.length, act.mediaId).toBeGreaterThan(1000)
    }
  })

  it('is told in deliveries that Meta could send: none with more than a thousand updates', () => {
    for (const delivery of deliveries(sunday)) {
      if (delivery.to !== 'whatsapp') continue
      const body = JSON.parse(delivery.body) as { entry: { changes: unknown[] }[] }
      expect(body.entry.reduce((sum, entry) => sum + entry.changes.length, 0)).toBe(delivery.count)
      expect(delivery.count).toBeLessThanOrEqual(1000)
    }
  })
})

describe('a moment of a story', () => {
  it('is an hour of the clock where the person lives', () => {
    expect(new Date(momentOf('1d 19:05', sunday, 'Asia/Kolkata')).toISOString()).toBe('2026-11-21T13:35:00.000Z')
    expect(new Date(momentOf('1d 19:05', sunday, 'Asia/Singapore')).toISOString()).toBe('2026-11-21T11:05:00.000Z')
  })

  it('is counted in the days of that place, which may be a day ahead', () => {
    const lateInLondon = Date.parse('2026-11-22T20:00:00Z')
    expect(new Date(momentOf('1d 10:00', lateInLondon, 'Asia/Kolkata')).toISOString()).toBe('2026-11-22T04:30:00.000Z')
  })

  it('may be so many minutes or hours ago', () => {
    expect(momentOf('11m', sunday, 'Asia/Dubai')).toBe(sunday - 11 * 60_000)
    expect(momentOf('3h', sunday, 'Asia/Dubai')).toBe(sunday - 3 * 3_600_000)
  })
})
