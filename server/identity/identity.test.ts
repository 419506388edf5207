import type { InboundEvent } from '#contracts'
import { describe, expect, it } from 'vitest'
import { handlesOf } from './addresses.ts'
import { firstTouchOf, originOf } from './first-touch.ts'
import { betterName, cleanName, nameFromHandles, placeOf } from './person.ts'
import { wirePhoneKey, writtenPhoneKey } from './phone.ts'
import { whose } from './who.ts'

const event = (fields: Partial<InboundEvent>): InboundEvent => ({ channel: 'whatsapp', provider: 'meta', kind: 'text', id: 'e1', from: '919876543210', to: '1065', at: '2026-05-01T10:00:00.000Z', ...fields })

describe('a phone number\'s key', () => {
  it('is one for the spellings of one number', () => {
    expect(new Set(['5511987654321', '+55 11 98765-4321', '551187654321'].map(wirePhoneKey))).toEqual(new Set(['phone:+5511987654321']))
    expect(new Set(['5215512345678', '+525512345678'].map(wirePhoneKey))).toEqual(new Set(['phone:+525512345678']))
    expect(new Set(['5491123456789', '+54 11 2345 6789'].map(wirePhoneKey))).toEqual(new Set(['phone:+541123456789']))
  })

  it('keeps a Brazilian landline as it is', () => {
    expect(wirePhoneKey('551133334444')).toBe('phone:+551133334444')
  })

  it('exists for a number that no plan knows, and not for what has no digits', () => {
    expect(wirePhoneKey('15550001')).toBe('phone:+15550001')
    expect(wirePhoneKey('whatsapp:+919876543210')).toBe('phone:+919876543210')
    expect(wirePhoneKey('LOUPE')).toBeNull()
    expect(wirePhoneKey('9'.repeat(40))).toBeNull()
  })

  it('reads a national number in its region, and refuses what is no number there', () => {
    expect(writtenPhoneKey('098765 43210', 'IN')).toBe('phone:+919876543210')
    expect(writtenPhoneKey('8765 4321', 'SG')).toBe('phone:+6587654321')
    expect(writtenPhoneKey('12345', 'IN')).toBeNull()
    expect(writtenPhoneKey('98765 43210', 'Atlantis')).toBeNull()
  })
})

describe('the addresses of an event', () => {
  it('are the phone number, the id and the username, surest first', () => {
    expect(handlesOf(event({ identity: { phone: '919876543210', userId: 'IN.abc', username: 'Priya.S' } })).map(handle => handle.key))
      .toEqual(['phone:+919876543210', 'user:whatsapp:IN.abc', 'username:whatsapp:priya.s'])
  })

  it('are those on the wire where the event says nothing more', () => {
    expect(handlesOf(event({ channel: 'instagram', from: '17841400000000' })).map(handle => handle.key)).toEqual(['user:instagram:17841400000000'])
    expect(handlesOf(event({ channel: 'sms', from: '+919876543210' })).map(handle => handle.key)).toEqual(['phone:+919876543210'])
    expect(handlesOf(event({ from: null }))).toEqual([])
  })
})

describe('whose addresses they are', () => {
  const handles = handlesOf(event({ identity: { phone: '919876543210', userId: 'IN.abc', username: 'priya' } }))

  it('is decided by the phone number, and a second holder is a conflict', () => {
    expect(whose(handles, new Map([['phone:+919876543210', 'anna'], ['user:whatsapp:IN.abc', 'berta']]))).toMatchObject({ customerId: 'anna', conflict: 'berta' })
  })

  it('gives a new id to the customer of a known phone', () => {
    const found = whose(handles, new Map([['phone:+919876543210', 'anna']]))
    expect(found.customerId).toBe('anna')
    expect(found.claims.map(handle => handle.kind)).toEqual(['user', 'username'])
  })

  it('never follows a username against a surer address, and never takes it', () => {
    const found = whose(handles, new Map([['username:whatsapp:priya', 'berta']]))
    expect(found).toMatchObject({ customerId: null, conflict: null })
    expect(found.claims.map(handle => handle.kind)).toEqual(['phone', 'user'])
  })

  it('follows a username that stands alone', () => {
    expect(whose(handles.filter(handle => handle.kind === 'username'), new Map([['username:whatsapp:priya', 'berta']])).customerId).toBe('berta')
  })
})

describe('a person', () => {
  it('is called by profile, and an advisor\'s word stays', () => {
    expect(betterName({ name: '+91 98765 43210', nameSource: 'address' }, ' Priya\u202E \n Shah ', 'profile')).toEqual({ name: 'Priya Shah', nameSource: 'profile' })
    expect(betterName({ name: 'Mrs Shah', nameSource: 'advisor' }, 'Priya', 'profile')).toBeNull()
    expect(betterName({ name: 'Priya', nameSource: 'profile' }, '   ', 'profile')).toBeNull()
    expect([...cleanName('x'.repeat(5000))]).toHaveLength(200)
  })

  it('without a name is called by username or number', () => {
    expect(nameFromHandles(handlesOf(event({ identity: { phone: '919876543210' } })))).toBe('+91 98765 43210')
    expect(nameFromHandles(handlesOf(event({ identity: { userId: 'IN.abc', username: 'priya' } })))).toBe('@priya')
  })

  it('lives where the number belongs, or where the shop is', () => {
    const store = { country: 'AE', timeZone: 'Asia/Dubai' }
    expect(placeOf(handlesOf(event({ identity: { phone: '919876543210' } })), store)).toMatchObject({ country: 'IN', locale: 'hi' })
    expect(placeOf(handlesOf(event({ identity: { phone: '6587654321' } })), store)).toMatchObject({ country: 'SG', timeZone: 'Asia/Singapore' })
    expect(placeOf(handlesOf(event({ channel: 'instagram', from: '1784' })), store)).toEqual({ country: 'AE', timeZone: 'Asia/Dubai', locale: 'ar' })
  })
})

describe('the first touch', () => {
  const at = new Date('2026-05-01T10:00:00.000Z')

  it('is the advertisement, the link or the printed code', () => {
    expect(firstTouchOf(event({ referral: { sourceType: 'ad', headline: 'Solitaires', ctwaClid: 'x' } }), at)).toEqual({ source: 'ad', detail: 'Solitaires', at })
    expect(firstTouchOf(event({ text: 'Hello, I saw the ring (ref qr-bandra)' }), at)).toEqual({ source: 'qr', detail: 'qr-bandra', at })
    expect(originOf(event({ referral: { ref: 'spring-2026', type: 'OPEN_THREAD' } }))).toMatchObject({ kind: 'link', code: 'spring-2026' })
  })

  it('is else the network', () => {
    expect(firstTouchOf(event({ text: 'hello' }), at)).toEqual({ source: 'whatsapp', detail: null, at })
  })
})
