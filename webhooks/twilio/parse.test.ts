import type { WebhookRequest } from '../channel.ts'
import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelContract } from '../testing/channel-contract.ts'
import { readSamples } from '../testing/samples.ts'
import { twilio } from './index.ts'

const publicUrl = 'https://inbox.example'
const path = '/webhooks/twilio/messages'
const encode = (body: Record<string, unknown>): Buffer => Buffer.from(new URLSearchParams(Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])).toString())

/** Twilio's rule, written out: the address, then every name and value by name, HMAC-SHA1, base64. */
function signature(secret: string, url: string, pairs: readonly (readonly [string, string])[]): string {
  const sorted = [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return createHmac('sha1', secret).update(url + sorted.map(([name, value]) => name + value).join('')).digest('base64')
}

function sign(rawBody: Buffer, secret: string, url = `${publicUrl}${path}`): WebhookRequest {
  return {
    rawBody,
    url: path,
    headers: { 'x-twilio-signature': signature(secret, url, [...new URLSearchParams(rawBody.toString())]) },
  }
}

const names = ['MessageSid', 'From', 'To', 'Body', 'NumMedia', 'MediaUrl0', 'MediaContentType0', 'MessageType', 'SmsStatus', 'MessageStatus', 'ErrorCode', 'Latitude', 'Longitude', 'ButtonPayload', 'ListId', 'InteractiveData', 'OptOutType', 'ReferralSourceId', '__proto__', 'constructor']

channelContract({
  channel: twilio,
  samples: readSamples(new URL('./samples/', import.meta.url)),
  encode,
  contentType: 'application/x-www-form-urlencoded',
  publicUrl,
  sign: (rawBody, secret) => sign(rawBody, secret),
  foreign: [Buffer.from('{"object":"instagram","entry":[]}'), Buffer.from('<Response/>'), Buffer.from('a=1&b=2')],
  textBody: ids => encode({ MessageSid: ids[0], From: 'whatsapp:+919840055501', To: 'whatsapp:+914440017700', Body: `Hi ${ids[0]}`, NumMedia: 0, SmsStatus: 'received' }),
  batch: 1,
  hostile: fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(fc.string(), fc.constantFrom('received', 'read', '%', '{"a":{"__proto__":{"polluted":1}}}', '[', '1e999', 'whatsapp:')))).map(pairs => Buffer.from(new URLSearchParams([['SmsSid', 'SM1'], ...pairs.map(([name, value]): [string, string] => [name, value.toWellFormed()])]).toString())),
})

describe('verifying Twilio\'s signature', () => {
  const body = encode({ MessageSid: 'SM1', Body: ' two  spaces ' })
  const trust = { secrets: ['token'], publicUrl }

  it('takes an address signed with or without its standard port', () => {
    for (const url of [`https://inbox.example:443${path}`, `https://inbox.example${path}`])
      expect(twilio.verify(sign(body, 'token', url), trust)).toEqual({ ok: true })
  })

  it('signs over our public address, whatever a proxy made of the host', () => {
    const request = sign(body, 'token')
    expect(twilio.verify({ ...request, headers: { ...request.headers, host: '127.0.0.1:8080' } }, trust)).toEqual({ ok: true })
    expect(twilio.verify(request, { ...trust, publicUrl: 'https://elsewhere.example' })).toEqual({ ok: false, reason: 'bad_signature' })
  })

  it('has the query in the address', () => {
    const signed = sign(body, 'token', `${publicUrl}${path}?store=3`)
    expect(twilio.verify({ ...signed, url: `${path}?store=3` }, trust)).toEqual({ ok: true })
    expect(twilio.verify({ ...signed, url: `${path}?store=4` }, trust)).toEqual({ ok: false, reason: 'bad_signature' })
  })

  it('counts a repeated parameter with all its values', () => {
    const repeated = Buffer.from('MessageSid=SM1&Tag=b&Tag=a')
    const given = signature('token', `${publicUrl}${path}`, [['MessageSid', 'SM1'], ['Tag', 'a'], ['Tag', 'b']])
    expect(twilio.verify({ rawBody: repeated, url: path, headers: { 'x-twilio-signature': given } }, trust)).toEqual({ ok: true })
  })

  it('holds a JSON body against its hash in the query', () => {
    const json = Buffer.from('{"a":1}')
    const url = `${path}?bodySHA256=${createHash('sha256').update(json).digest('hex')}`
    const request = { rawBody: json, url, headers: { 'content-type': 'application/json', 'x-twilio-signature': signature('token', `${publicUrl}${url}`, []) } }
    expect(twilio.verify(request, trust)).toEqual({ ok: true })
    expect(twilio.verify({ ...request, rawBody: Buffer.from('{"a":2}') }, trust)).toEqual({ ok: false, reason: 'bad_signature' })
  })
})
