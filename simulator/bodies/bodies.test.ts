import type { HouseLine, Person } from '../world.ts'
import { describe, expect, it } from 'vitest'
import { instagramBody, instagramEcho, instagramInbound } from './instagram.ts'
import { formBody, twilioInbound } from './twilio.ts'
import { whatsappBody, whatsappEcho, whatsappInbound, whatsappStatus } from './whatsapp.ts'

const whatsapp: HouseLine = { id: 'w', kind: 'whatsapp', adapter: 'whatsapp-cloud', label: 'Store', storeId: 's', externalId: '105', handle: '+91 22 5550 4410', businessId: '900' }
const instagram: HouseLine = { id: 'i', kind: 'instagram', adapter: 'instagram', label: 'Instagram', storeId: null, externalId: '17841', handle: '@house' }
const sms: HouseLine = { id: 't', kind: 'sms', adapter: 'twilio', label: 'SMS', storeId: null, externalId: '+14155550136', handle: '+1 415' }
const person: Person = { id: 'p', name: 'Asha', city: 'Mumbai', language: 'en', phone: '919800000001', userId: 'IN.1', instagramId: '555', instagramUsername: 'asha' }
const stamp = { id: 'wamid.1', atMs: 1_750_000_000_999 }
const catalogue = { catalogId: 'cat' }

describe('a WhatsApp body', () => {
  it('names who wrote by number and by user id, and counts whole seconds as text', () => {
    const { change } = whatsappInbound(whatsapp, person, { kind: 'text', text: 'Hello' }, stamp, catalogue)
    expect(change).toMatchObject({
      field: 'messages',
      value: {
        metadata: { display_phone_number: '912255504410', phone_number_id: '105' },
        contacts: [{ profile: { name: 'Asha' }, wa_id: '919800000001', user_id: 'IN.1' }],
        messages: [{ from: '919800000001', from_user_id: 'IN.1', id: 'wamid.1', timestamp: '1750000000', type: 'text', text: { body: 'Hello' } }],
      },
    })
  })

  it('names nobody\'s number where there is none', () => {
    const { phone: _, ...hidden } = person
    const { value } = whatsappInbound(whatsapp, { ...hidden, whatsappUsername: 'asha.k' }, { kind: 'text', text: 'Hello' }, stamp, catalogue).change
    expect(JSON.stringify(value)).not.toContain('919800000001')
    expect(value).toMatchObject({ contacts: [{ profile: { username: 'asha.k' } }] })
  })

  it('carries the piece that a question is about, and the prices of an order', () => {
    const enquiry = whatsappInbound(whatsapp, person, { kind: 'enquiry', text: 'This?', sku: 'R-1' }, stamp, catalogue)
    expect(enquiry.change.value).toMatchObject({ messages: [{ type: 'text', context: { referred_product: { catalog_id: 'cat', product_retailer_id: 'R-1' } } }] })
    const order = whatsappInbound(whatsapp, person, { kind: 'order', items: [{ sku: 'R-1', quantity: 2, price: 7.5, currency: 'SGD' }] }, stamp, catalogue)
    expect(order.change.value).toMatchObject({ messages: [{ type: 'order', order: { catalog_id: 'cat', product_items: [{ product_retailer_id: 'R-1', quantity: 2, item_price: 7.5, currency: 'SGD' }] } }] })
  })

  it('takes a reaction back by leaving the emoji out', () => {
    const taken = whatsappInbound(whatsapp, person, { kind: 'reaction', emoji: null, targetId: 'wamid.0' }, stamp, catalogue)
    expect(taken.change.value).toMatchObject({ messages: [{ reaction: { message_id: 'wamid.0' } }] })
    expect(JSON.stringify(taken.change.value)).not.toContain('emoji')
  })

  it('tells what was written from the phone app as an echo, from the house to the person', () => {
    expect(whatsappEcho(whatsapp, person, { kind: 'text', text: 'Come by' }, stamp, catalogue).change).toMatchObject({
      field: 'smb_message_echoes',
      value: { message_echoes: [{ from: '912255504410', to: '919800000001', type: 'text', text: { body: 'Come by' } }] },
    })
  })

  it('keeps the order of many changes and puts neighbours of one business into one entry', () => {
    const change = (id: string) => whatsappStatus(whatsapp, person, { ...stamp, id }, { status: 'read' })
    const body = JSON.parse(whatsappBody([change('a'), change('b'), { ...change('c'), businessId: '901' }])) as { entry: { id: string, changes: unknown[] }[] }
    expect(body.entry.map(entry => [entry.id, entry.changes.length])).toEqual([['900', 2], ['901', 1]])
  })

  it('has no room for what only Instagram has', () => {
    expect(() => whatsappInbound(whatsapp, person, { kind: 'comment', text: 'x', postId: '1' }, stamp, catalogue)).toThrow(RangeError)
  })
})

describe('an Instagram body', () => {
  const url = (id: string) => `https://files.example/${id}`

  it('names the person by their scoped id and a file by its address', () => {
    expect(instagramInbound(instagram, person, { kind: 'image', mediaId: 'm1', mime: 'image/jpeg' }, stamp, url).messaging).toMatchObject({
      sender: { id: '555' },
      recipient: { id: '17841' },
      timestamp: stamp.atMs,
      message: { mid: 'wamid.1', attachments: [{ type: 'image', payload: { url: 'https://files.example/m1' } }] },
    })
  })

  it('keeps a comment apart from the messages', () => {
    const parts = [
      instagramInbound(instagram, person, { kind: 'text', text: 'a' }, stamp, url),
      instagramInbound(instagram, person, { kind: 'comment', text: 'b', postId: '7' }, stamp, url),
      instagramEcho(instagram, person, { kind: 'text', text: 'c' }, stamp, url),
    ]
    const { entry } = JSON.parse(instagramBody(parts)) as { entry: { messaging?: unknown[], changes?: unknown[] }[] }
    expect(entry.map(one => [one.messaging?.length ?? 0, one.changes?.length ?? 0])).toEqual([[1, 0], [0, 1], [1, 0]])
    expect(entry[2]).toMatchObject({ messaging: [{ sender: { id: '17841' }, message: { is_echo: true } }] })
  })
})

it('a text message is a form in which nothing is trimmed', () => {
  const form = twilioInbound(sms, person, { kind: 'text', text: ' yes ' }, 'SM1', { accountSid: 'AC1', mediaUrl: () => '' })
  expect(form).toMatchObject({ From: '+919800000001', To: '+14155550136', Body: ' yes ', NumMedia: '0', MessageSid: 'SM1' })
  expect(new URLSearchParams(formBody(form)).get('Body')).toBe(' yes ')
})
