import type { GateFacts } from './rules.ts'
import { describe, expect, it } from 'vitest'
import { gate } from './rules.ts'

const now = Date.UTC(2026, 10, 20, 10)
const hour = 3_600_000

function facts(changes: Partial<GateFacts> = {}): GateFacts {
  return {
    now,
    windowClosesAt: now + 20 * hour,
    hasWindow: true,
    laneBlocked: false,
    channelDead: false,
    optedOut: false,
    lastInboundAt: now - 4 * hour,
    waiting: true,
    complaintOpen: false,
    localHour: 15,
    touches: [],
    advisorId: 'meera',
    ...changes,
  }
}
const touch = (hoursAgo: number, byId = 'meera') => ({ at: now - hoursAgo * hour, byId, byName: byId, storeName: 'Bandra' })
const codes = (changes: Partial<GateFacts>) => gate(facts(changes)).reasons.map(reason => reason.code)

describe('the touch gate', () => {
  it('is open for an answer to someone who wrote within the window', () => {
    expect(gate(facts())).toMatchObject({ verdict: 'open', reasons: [], windowClosesAt: '2026-11-21T06:00:00.000Z' })
  })

  it('is closed once the window has closed, whatever else holds', () => {
    expect(gate(facts({ windowClosesAt: now - 1, localHour: 23 }))).toMatchObject({ verdict: 'closed', reasons: [{ code: 'window_closed' }] })
    expect(codes({ windowClosesAt: null })).toEqual(['window_never_opened'])
  })

  it('knows no window on a network without one', () => {
    expect(gate(facts({ hasWindow: false, windowClosesAt: null })).verdict).toBe('open')
  })

  it('is closed on a dead channel and on a lane that cannot be written to', () => {
    expect(codes({ channelDead: true })).toEqual(['channel_dead'])
    expect(codes({ laneBlocked: true })).toEqual(['lane_blocked'])
  })

  it('asks when a colleague wrote within two days and nobody answered them', () => {
    const verdict = gate(facts({ waiting: false, lastInboundAt: now - 72 * hour, touches: [touch(20, 'arjun')] }))
    expect(verdict).toMatchObject({ verdict: 'ask', reasons: [{ code: 'colleague_wrote', params: { name: 'arjun', store: 'Bandra', hours: 20 } }] })
  })

  it('does not ask about a colleague whose message the customer has answered', () => {
    expect(codes({ waiting: false, lastInboundAt: now - 2 * hour, touches: [touch(20, 'arjun')] })).toEqual([])
  })

  it('asks from the third unanswered contact in a week, over all numbers', () => {
    const touches = [touch(60), touch(80), touch(100)]
    expect(codes({ waiting: false, lastInboundAt: null, touches })).toEqual(['touch_budget'])
    expect(codes({ waiting: false, lastInboundAt: null, touches: touches.slice(1) })).toEqual([])
  })

  it('takes what one person wrote at one go for one contact, and what two people wrote for two', () => {
    const minute = 1 / 60
    const atOneGo = [touch(60), touch(60 + 4 * minute), touch(60 + 13 * minute)]
    const asked = (touches: ReturnType<typeof touch>[]) => gate(facts({ waiting: false, lastInboundAt: null, touches }))
    expect(asked([...atOneGo, touch(80)])).toMatchObject({ verdict: 'open', touchesThisMonth: 2 })
    expect(asked([...atOneGo, touch(60 + 14 * minute, 'arjun'), touch(80)])).toMatchObject({ reasons: [{ code: 'touch_budget', params: { touches: 3 } }], touchesThisMonth: 3 })
    expect(asked([touch(60), touch(60 + 11 * minute), touch(60 + 22 * minute)])).toMatchObject({ touchesThisMonth: 3 })
  })

  it('never counts touches against an answer to someone who waits', () => {
    expect(codes({ touches: [touch(5), touch(6), touch(7), touch(8)] })).toEqual([])
  })

  it('asks in the quiet hours of the customer, unless they wrote within the last half hour', () => {
    expect(codes({ localHour: 23 })).toEqual(['quiet_hours'])
    expect(codes({ localHour: 8 })).toEqual(['quiet_hours'])
    expect(codes({ localHour: 9 })).toEqual([])
    expect(codes({ localHour: 23, lastInboundAt: now - hour / 4 })).toEqual([])
  })

  it('asks before writing to someone who opted out, but lets an answer through', () => {
    expect(codes({ optedOut: true, waiting: false })).toContain('opted_out')
    expect(codes({ optedOut: true })).not.toContain('opted_out')
  })

  it('asks while a complaint is open', () => {
    expect(codes({ complaintOpen: true, waiting: false })).toEqual(['complaint_open'])
  })
})
