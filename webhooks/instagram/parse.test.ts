import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventKey } from '../event-keys.ts'
import { asList, field } from '../shared/json.ts'
import { channelContract } from '../testing/channel-contract.ts'
import { hostileObject } from '../testing/hostile.ts'
import { readSamples } from '../testing/samples.ts'
import { instagram } from './index.ts'

const account = '17841460012340011'
const customer = '990011223344'
const encode = (body: unknown): Buffer => Buffer.from(JSON.stringify(body))
const entryOf = (items: readonly unknown[]): object => ({ id: account, time: 1790000000123, messaging: items })
const messaging = (items: readonly unknown[]): Buffer => encode({ object: 'instagram', entry: [entryOf(items)] })
const item = (parts: object): object => ({ sender: { id: customer }, recipient: { id: account }, timestamp: 1790000000123, ...parts })
const said = (mid: string): object => item({ message: { mid, text: 'Hi' } })

const keys = ['sender', 'recipient', 'id', 'username', 'timestamp', 'message', 'mid', 'text', 'attachments', 'type', 'payload', 'url', 'reply_to', 'story', 'quick_reply', 'referral', 'ads_context_data', 'product', 'elements', 'is_echo', 'is_deleted', 'is_unsupported', 'message_edit', 'reaction', 'action', 'emoji', 'postback', 'read', 'optin', 'app_roles', 'from', 'media', 'media_id', 'comment_id']
const words = ['image', 'story_mention', 'ig_reel', 'template', 'react', 'unreact', 'love', 'constructor', account, customer]

channelContract({
  channel: instagram,
  samples: readSamples(new URL('./samples/', import.meta.url)),
  encode,
  contentType: 'application/json',
  publicUrl: 'https://inbox.example',
  sign: (rawBody, secret) => ({ rawBody, url: '/webhooks/instagram', headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}` } }),
  foreign: [encode({ object: 'whatsapp_business_account', entry: [] }), encode({ object: 'instagram', entry: {} }), Buffer.from('MessageSid=SM1')],
  textBody: ids => messaging(ids.map(said)),
  batch: 1000,
  amid: (body, before, after) => [
    encode({ object: 'instagram', entry: [entryOf([said(before)]), ...asList(body.entry), entryOf([said(after)])] }),
    messaging([said(before), ...asList(body.entry).flatMap(entry => asList(field(entry, 'messaging'))), said(after)]),
  ],
  ownMessage: messaging([
    { sender: { id: account }, recipient: { id: customer }, timestamp: 1790000000123, message: { mid: 'm_e', text: 'Yes', is_echo: true } },
    { sender: { id: account }, recipient: { id: customer }, timestamp: 1790000000123, message: { mid: 'm_f', text: 'Yes' } },
  ]),
  hostile: fc.tuple(fc.constantFrom('comments', 'mentions', 'messages', 'standby', 'other', '__proto__'), hostileObject(keys, words), hostileObject(keys, words)).map(([field, value, part]) => encode({
    object: 'instagram',
    entry: [{ id: part, time: part, messaging: [value, part, { message: value }, { message: { attachments: [part], reply_to: value } }], standby: value, changes: [{ field, value }], field, value: part }, value],
  })),
})

describe('parsing Instagram bodies', () => {
  it('leaves the stored text alone when an edit does not tell the new one', () => {
    expect(instagram.parse(messaging([{ timestamp: 1790000000123, message_edit: { mid: 'm_1', num_edit: 0 } }]))[0]?.newContent).toBeUndefined()
  })

  it('gives two edits of one message two keys', () => {
    const events = instagram.parse(messaging([1, 2].map(edit => item({ message_edit: { mid: 'm_1', text: `Take ${edit}`, num_edit: edit } }))))
    expect(new Set(events.map(eventKey)).size).toBe(2)
  })

  it('tells what we wrote apart from our taking it back', () => {
    const ours = { sender: { id: account }, recipient: { id: customer }, timestamp: 1790000000123 }
    const events = instagram.parse(messaging([{ ...ours, message: { mid: 'm_1', text: 'Yes', is_echo: true } }, { ...ours, message: { mid: 'm_1', is_deleted: true, is_echo: true } }]))
    expect(events.map(event => [event.kind, event.contentKind])).toEqual([['echo', 'text'], ['echo', 'delete']])
    expect(new Set(events.map(eventKey)).size).toBe(2)
  })

  it('reads a body that stands in a list', () => {
    expect(instagram.parse(encode([{ object: 'instagram', entry: [{ id: account, messaging: [item({ message: { mid: 'm_1', text: 'Hi' } })] }] }]))).toMatchObject([{ kind: 'text', id: 'm_1' }])
  })

  it('keeps account ids that came as numbers too long for one', () => {
    const body = Buffer.from(`{"object":"instagram","entry":[{"id":17841460012340011,"messaging":[{"sender":{"id":98765432109876543210},"recipient":{"id":17841460012340011},"timestamp":1790000000123,"message":{"mid":"m","text":"Number \\"17841460012340011\\": 17841460012340011"}}]}]}`)
    expect(instagram.parse(body)).toMatchObject([{ from: '98765432109876543210', to: '17841460012340011', text: 'Number "17841460012340011": 17841460012340011' }])
  })
})
