import { createHmac } from 'node:crypto'
import twilio from 'twilio'
import { describe, expect, it } from 'vitest'
import { metaSignature, twilioSignature } from './sign.ts'

describe('signatures', () => {
  it('are for Meta the hex HMAC-SHA256 of the bytes, named by its algorithm', () => {
    const body = '{"text":"fiancé \u{1F48D}"}'
    expect(metaSignature('secret', body)).toBe(`sha256=${createHmac('sha256', 'secret').update(Buffer.from(body, 'utf8')).digest('hex')}`)
  })

  it('are for Twilio what its own library accepts, query string and values in every script included', () => {
    const url = 'https://inbox.example/webhooks/twilio/messages?house=1'
    const form = { To: '+14155550136', From: '+6594478120', Body: ' Ready? نعم & ok=1 ', NumMedia: '0' }
    const signature = twilioSignature('token', url, form)
    expect(twilio.validateRequest('token', signature, url, form)).toBe(true)
    expect(twilio.validateRequest('token', signature, url, { ...form, Body: 'else' })).toBe(false)
    expect(twilio.validateRequest('other', signature, url, form)).toBe(false)
  })
})
