import type { QueueCounts } from '#contracts'
import { describe, expect, it } from 'vitest'
import { queueNames } from '#contracts'
import { guidanceFor } from './guidance.ts'

const counts = (some: Partial<QueueCounts>) => ({ ...Object.fromEntries(queueNames.map(name => [name, 0])), ...some }) as QueueCounts
const channel = { id: 'wa', adapter: 'whatsapp-cloud', channel: 'whatsapp', provider: 'meta', label: 'Bandra', handle: '+91 22 5550 0101', storeId: 'bandra', state: 'live' } as const
const house = { channels: [channel] }

describe('what is said while nobody is open', () => {
  it('is nothing before one knows what there is', () => {
    expect(guidanceFor({ queue: 'ready', counts: undefined, house, role: 'advisor' })).toBeNull()
    expect(guidanceFor({ queue: 'ready', counts: counts({}), house: undefined, role: 'advisor' })).toBeNull()
  })
  it('asks to choose where there is somebody to choose', () => {
    expect(guidanceFor({ queue: 'ready', counts: counts({ ready: 1, all: 4 }), house, role: 'advisor' })).toEqual({ kind: 'choose' })
  })
  it('leads from an empty queue to those where somebody waits, and never to itself', () => {
    expect(guidanceFor({ queue: 'ready', counts: counts({ answer: 3, warming: 2, all: 9 }), house, role: 'advisor' }))
      .toEqual({ kind: 'done', others: [{ queue: 'answer', count: 3 }, { queue: 'warming', count: 2 }] })
  })
  it('says that all is quiet where the others have nothing to do either', () => {
    expect(guidanceFor({ queue: 'answer', counts: counts({ let_be: 8, all: 8 }), house, role: 'advisor' })).toEqual({ kind: 'quiet' })
  })
  it('shows a new house where its first message comes from', () => {
    expect(guidanceFor({ queue: 'ready', counts: counts({}), house, role: 'administrator' })).toEqual({ kind: 'first', channels: [channel] })
  })
  it('teaches an administrator to set up a house without a channel, and nobody else', () => {
    expect(guidanceFor({ queue: 'ready', counts: counts({}), house: { channels: [] }, role: 'administrator' })).toEqual({ kind: 'set_up' })
    expect(guidanceFor({ queue: 'ready', counts: counts({}), house: { channels: [] }, role: 'advisor' })).toEqual({ kind: 'first', channels: [] })
  })
  it('knows a house whose conversations are all closed from an empty one', () => {
    expect(guidanceFor({ queue: 'all', counts: counts({ closed: 2 }), house, role: 'administrator' })).toEqual({ kind: 'quiet' })
  })
})
