import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { deliveryKey } from './delivery-key.ts'

const timeOf = (body: string): number => deliveryKey('a', Buffer.from(body)).readUInt32BE()

describe('the key of a delivery', () => {
  it('is the same for the same body of the same adapter, and for no other', () => {
    const key = deliveryKey('one', Buffer.from('{"time":1780000000}'))
    expect(deliveryKey('one', Buffer.from('{"time":1780000000}'))).toEqual(key)
    expect(deliveryKey('two', Buffer.from('{"time":1780000000}'))).not.toEqual(key)
    expect(deliveryKey('one', Buffer.from('{"time":1780000000 }'))).not.toEqual(key)
  })

  it('begins with the time that stands in the body, in seconds or milliseconds', () => {
    expect(timeOf('{"id":"102290129340398","display":"15550783881","timestamp":"1780000000"}')).toBe(1_780_000_000)
    expect(timeOf('{"time":1780000000123,"id":"17841400000000000"}')).toBe(1_780_000_000)
    expect(timeOf('MessageSid=SM1780000000ab&Body=no')).toBe(1_780_000_000)
  })

  it('does without one where there is none, or only far into the body', () => {
    expect(timeOf('')).toBe(0)
    expect(timeOf('{"phone":"+12025550123","id":"12345678901"}')).toBe(0)
    expect(timeOf(`${' '.repeat(3000)}1780000000`)).toBe(0)
  })

  it('carries the digest that the check of the signature has made', () => {
    const digest = Buffer.alloc(32, 7)
    expect(deliveryKey('abc', Buffer.from('x'), digest).subarray(7)).toEqual(digest)
  })
})
