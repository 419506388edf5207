import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { handshakeMeta, verifyMeta } from './trust.ts'

describe('the handshake of Meta\'s webhooks', () => {
  const query = (mode: string, token: string): URLSearchParams => new URLSearchParams({ 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': '1158201444' })

  it('gives the challenge back to one who knows a token', () => {
    expect(handshakeMeta(query('subscribe', 'ours'), ['another', 'ours'])).toEqual({ status: 200, body: '1158201444' })
  })

  it('refuses another token, another mode, and everybody while no token is set', () => {
    expect(handshakeMeta(query('subscribe', 'theirs'), ['ours']).status).toBe(403)
    expect(handshakeMeta(query('unsubscribe', 'ours'), ['ours']).status).toBe(403)
    expect(handshakeMeta(query('subscribe', ''), ['']).status).toBe(403)
    expect(handshakeMeta(query('subscribe', ''), []).status).toBe(403)
    expect(handshakeMeta(new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': 'ours' }), ['ours']).status).toBe(403)
  })
})

describe('the signature of Meta\'s webhooks', () => {
  it('is over the bytes as received, escapes and all', () => {
    const rawBody = Buffer.from('{"text":"\\u00e4\\/ä"}')
    const header = `sha256=${createHmac('sha256', 's').update(rawBody).digest('hex')}`
    const request = { rawBody, url: '/', headers: { 'x-hub-signature-256': header } }
    expect(verifyMeta(request, { secrets: ['s'] })).toEqual({ ok: true, digest: createHmac('sha256', 's').update(rawBody).digest() })
    expect(verifyMeta({ ...request, rawBody: Buffer.from(JSON.stringify(JSON.parse(rawBody.toString()))) }, { secrets: ['s'] })).toEqual({ ok: false, reason: 'bad_signature' })
  })
})
