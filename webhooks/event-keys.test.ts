import type { InboundEvent } from '#contracts'
import { describe, expect, it } from 'vitest'
import { customerAddress, eventKey, opensWindow, senderKeys } from './event-keys.ts'

const event = (parts: Partial<InboundEvent>): InboundEvent => ({ channel: 'whatsapp', provider: 'meta', kind: 'text', id: 'wamid.1', from: '91984', to: '350', at: '2026-09-21T14:13:20.000Z', ...parts })

describe('keys of events', () => {
  it('differ by network, provider, kind and id', () => {
    const keys = [event({}), event({ channel: 'sms' }), event({ provider: 'twilio' }), event({ kind: 'edit' }), event({ id: 'wamid.2' })].map(eventKey)
    expect(new Set(keys).size).toBe(5)
  })

  it('differ for the steps of one message', () => {
    expect(eventKey(event({ kind: 'status', status: 'read' }))).not.toBe(eventKey(event({ kind: 'status', status: 'sent' })))
  })

  it('name the customer, whichever way the message went', () => {
    expect(customerAddress(event({}))).toBe('91984')
    expect(customerAddress(event({ kind: 'status', from: '350', to: '91984' }))).toBe('91984')
    expect(customerAddress(event({ kind: 'history', direction: 'out', from: '350', to: '91984' }))).toBe('91984')
    expect(customerAddress(event({ kind: 'account_update', from: null }))).toBeNull()
  })

  it('are shared by events that name the same person in different ways', () => {
    const both = senderKeys(event({ identity: { phone: '91984', userId: 'IN.8' } }))
    const idOnly = senderKeys(event({ from: 'IN.8', identity: { userId: 'IN.8' } }))
    expect(both.filter(key => idOnly.includes(key))).not.toHaveLength(0)
  })
})

describe('the window for free answers', () => {
  it('is opened by a message or call of the customer\'s and by nothing else', () => {
    expect(opensWindow(event({}))).toBe(true)
    expect(opensWindow(event({ kind: 'story_mention' }))).toBe(true)
    expect(opensWindow(event({ kind: 'call', direction: 'in' }))).toBe(true)
    expect(opensWindow(event({ kind: 'call', direction: 'out' }))).toBe(false)
    for (const kind of ['echo', 'history', 'status', 'reaction', 'account_update', 'comment'] as const) expect(opensWindow(event({ kind }))).toBe(false)
  })
})
