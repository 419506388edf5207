import type { InboundEvent } from '#contracts'
import { describe, expect, it } from 'vitest'
import { sharedNumbers } from './shared-number.ts'

const sharing = { region: 'IN', ownNumbers: new Set(['phone:+912248901000']), names: ['Priya Shah', '@priya.shah'] }

function says(text: string, region = 'IN') {
  const event: InboundEvent = { channel: 'instagram', provider: 'meta', kind: 'text', id: 'm1', from: '17800001', to: '178', at: '2026-05-01T10:00:00.000Z', text }
  return sharedNumbers(event, { ...sharing, region })
}

const certain = (key: string) => [{ key, certainty: 'certain' }]
const possible = (key: string) => [{ key, certainty: 'possible' }]

describe('a phone number in a message', () => {
  it.each([
    ['my number is +91 98765 43210'],
    ['+919876543210'],
    ['919876543210'],
    ['9876543210'],
    ['Hi, 98765 43210 please'],
    ['you can whatsapp me on 9876543210, I love the emerald one'],
    ['Sure! Call me at 098765 43210 🙂'],
    ['mera number 9876543210 hai'],
    ['mujhe 9876543210 pe call karo'],
    ['ji, whatsapp number 9876543210'],
    ['My mobile no. is ९८७६५४३२१०'],
  ])('is the sender\'s own: %s', (text) => {
    expect(says(text)).toEqual(certain('phone:+919876543210'))
  })

  it.each([
    ['رقمي 0501234567'],
    ['رقم جوالي ٠٥٠١٢٣٤٥٦٧'],
    ['كلموني على 0501234567 لو سمحت'],
    ['واتساب ٠٥٠١٢٣٤٥٦٧'],
  ])('is read in Arabic: %s', (text) => {
    expect(says(text, 'AE')).toEqual(certain('phone:+971501234567'))
  })

  it.each([
    ['nomor saya 0812-3456-7890'],
    ['hubungi saya di 081234567890 ya'],
    ['wa saya 081234567890'],
    ['ini nomor 081234567890'],
  ])('is read in Bahasa: %s', (text) => {
    expect(says(text, 'ID')).toEqual(certain('phone:+6281234567890'))
  })

  it.each([
    ['call my husband at 9876543210'],
    ['my sister\'s number is 9876543210'],
    ['mere pati ka number 9876543210'],
    ['is this your number? 9876543210'],
    ['9876543210?'],
    ['I saw 9876543210 on a poster in the mall'],
    ['aapki dukan ka number 9876543210'],
    ['my number was 9876543210 but it is not my number any more'],
  ])('may be somebody else\'s: %s', (text) => {
    expect(says(text)).toEqual(possible('phone:+919876543210'))
  })

  it('may be somebody else\'s in Arabic and Bahasa', () => {
    expect(says('رقم زوجي 0501234567', 'AE')).toEqual(possible('phone:+971501234567'))
    expect(says('nomor suami saya 081234567890', 'ID')).toEqual(possible('phone:+6281234567890'))
  })

  it('decides nothing when there are several', () => {
    expect(says('my numbers are 9876543210 and 9876543211')).toEqual([...possible('phone:+919876543210'), ...possible('phone:+919876543211')])
  })

  it('is nothing when it is the house\'s own, a price or a date', () => {
    expect(says('is +91 22 4890 1000 your shop?')).toEqual([])
    expect(says('my budget is 250000')).toEqual([])
    expect(says('the wedding is on 2026-12-05')).toEqual([])
  })

  it('is nothing in a forwarded text', () => {
    const event: InboundEvent = { channel: 'instagram', provider: 'meta', kind: 'text', id: 'm1', from: '1', to: '2', at: '2026-05-01T10:00:00.000Z', text: 'my number is 9876543210', forwarded: true }
    expect(sharedNumbers(event, sharing)).toEqual([])
  })
})

describe('a contact card', () => {
  const card = (name: string, phones: string[]): InboundEvent => ({ channel: 'instagram', provider: 'meta', kind: 'contacts', id: 'm1', from: '1', to: '2', at: '2026-05-01T10:00:00.000Z', contacts: [{ name, phones }] })

  it('is the sender\'s own under their own name', () => {
    expect(sharedNumbers(card('priya  SHAH', ['+91 98765 43210']), sharing)).toEqual(certain('phone:+919876543210'))
  })

  it('may be somebody else\'s under another name or with two numbers', () => {
    expect(sharedNumbers(card('Rohan Shah', ['+91 98765 43210']), sharing)).toEqual(possible('phone:+919876543210'))
    expect(sharedNumbers(card('Priya Shah', ['+91 98765 43210', '+91 98765 43211']), sharing)).toHaveLength(2)
  })
})
