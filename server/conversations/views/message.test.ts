import { describe, expect, it } from 'vitest'
import { MessageEntry } from '#contracts'
import { aMessage, minutesAfter, testDay } from '../testing/people.ts'
import { messageEntry } from './message.ts'

const around = { pieces: new Map(), quoted: new Map(), names: new Map(), now: testDay.getTime() }
const message = (fields: object = {}) => aMessage({ _id: 'm', conversationId: 'c', ...fields })

describe('a message as the thread shows it', () => {
  it('is what the contract says', () => {
    const entry = messageEntry(message({ extra: { location: { latitude: 1, longitude: 2 }, contacts: [{ name: 'A', phones: [] }], referral: { headline: 'h' } } }), around)
    expect(MessageEntry.parse(entry)).toEqual(entry)
  })

  it('never says how an attachment is fetched', () => {
    const attachments = [{ id: 'f', kind: 'voice', mime: 'audio/ogg', seconds: 4, waveform: Array.from({ length: 80 }).fill(0.5), state: 'ready', source: { url: 'https://provider.example/secret' }, surprise: 'x' }]
    const entry = messageEntry(message({ attachments }), around)
    expect(entry.attachments).toEqual([{ id: 'f', kind: 'voice', mime: 'audio/ogg', seconds: 4, waveform: Array.from({ length: 64 }).fill(0.5), state: 'ready' }])
    expect(JSON.stringify(entry)).not.toMatch(/provider\.example|surprise/)
  })

  it('says what an order comes to', () => {
    const items = [{ id: 'R-221', quantity: 2, price: 0.1, currency: 'INR' }, { id: 'N-014', quantity: 1, price: 0.2, currency: 'INR' }]
    expect(messageEntry(message({ kind: 'order', extra: { order: { items } } }), around)).toMatchObject({ order: { total: 0.4, currency: 'INR' }, pieces: [{ sku: 'R-221' }, { sku: 'N-014' }] })
    expect(messageEntry(message({ kind: 'order', extra: { order: { items: [...items, { id: 'B-1', quantity: 1 }] } } }), around).order).not.toHaveProperty('total')
  })

  it('shows of a deleted one only that it was there', () => {
    const entry = messageEntry(message({ deletedAt: testDay, text: 'secret', attachments: [{ id: 'f', kind: 'image', mime: 'image/png', state: 'ready' }], extra: { location: { latitude: 1, longitude: 2 } } }), around)
    expect(entry).toMatchObject({ text: null, attachments: [], deletedAt: testDay.toISOString() })
    expect(entry).not.toHaveProperty('location')
  })

  it('shows what a quoted message said, and nothing of one from another thread', () => {
    const quoted = new Map([
      ['q1', aMessage({ _id: 'q1', conversationId: 'c', text: 'Is it still there?' })],
      ['wa-mumbai|wamid.1', aMessage({ _id: 'q2', conversationId: 'c', direction: 'out', kind: 'image', text: null })],
      ['q3', aMessage({ _id: 'q3', conversationId: 'other', text: 'not yours' })],
    ])
    const quoteOf = (replyTo: object) => messageEntry(message({ replyTo }), { ...around, quoted }).replyTo
    expect(quoteOf({ id: 'q1', providerId: null })).toEqual({ id: 'q1', preview: 'Is it still there?', mine: false })
    expect(quoteOf({ id: null, providerId: 'wamid.1' })).toEqual({ id: 'q2', preview: 'image', mine: true })
    expect(quoteOf({ id: 'q3', providerId: null })).toEqual({ id: null, preview: '', mine: false })
    expect(quoteOf({ id: null, providerId: 'wamid.unknown' })).toEqual({ id: null, preview: '', mine: false })
  })

  it('has a status only when it is ours, and an undo only while there is time', () => {
    expect(messageEntry(message({ status: 'read' }), around).status).toBeNull()
    const own = { direction: 'out', status: 'queued', author: { kind: 'advisor', id: 'asha', name: null } }
    const names = new Map([['asha', 'Asha']])
    expect(messageEntry(message({ ...own, undoUntil: minutesAfter(1) }), { ...around, names })).toMatchObject({ status: 'queued', undoUntil: minutesAfter(1).toISOString(), author: { name: 'Asha' } })
    expect(messageEntry(message({ ...own, undoUntil: minutesAfter(-1) }), around).undoUntil).toBeNull()
  })
})
