import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventKey } from '../event-keys.ts'
import { asList, field } from '../shared/json.ts'
import { channelContract } from '../testing/channel-contract.ts'
import { hostileObject } from '../testing/hostile.ts'
import { readSamples } from '../testing/samples.ts'
import { whatsappCloud } from './index.ts'

const encode = (body: unknown): Buffer => Buffer.from(JSON.stringify(body))
const entryOf = (changes: readonly unknown[]): object => ({ id: '208', time: 1790000000, changes })
const bodyOf = (entry: readonly unknown[]): Buffer => encode({ object: 'whatsapp_business_account', entry })
const change = (field: string, value: unknown): Buffer => bodyOf([entryOf([{ field, value }])])
const metadata = { display_phone_number: '914440017700', phone_number_id: '350' }
const said = (id: string): object => ({ from: '919840055501', id, timestamp: '1790000000', type: 'text', text: { body: 'Hi' } })
const saying = (id: string): object => ({ field: 'messages', value: { metadata, messages: [said(id)] } })
const within = (holders: readonly unknown[], key: string): unknown[] => holders.flatMap(holder => asList(field(holder, key)))

const keys = ['messages', 'statuses', 'message_echoes', 'history', 'threads', 'calls', 'state_sync', 'user_preferences', 'user_id_update', 'automatic_events', 'errors', 'contacts', 'metadata', 'id', 'from', 'from_user_id', 'to', 'recipient_id', 'recipient_type', 'timestamp', 'type', 'text', 'body', 'image', 'audio', 'interactive', 'nfm_reply', 'response_json', 'order', 'product_items', 'item_price', 'reaction', 'edit', 'message', 'system', 'context', 'referred_product', 'product_retailer_id', 'location', 'latitude', 'longitude', 'phones', 'profile', 'name', 'wa_id', 'user_id', 'status', 'pricing', 'alert_info', 'event', 'code']
const words = ['text', 'image', 'interactive', 'nfm_reply', 'order', 'reaction', 'edit', 'system', 'contacts', 'location', 'revoke', 'sent', 'failed', 'group', 'call', 'constructor']
const fields = ['messages', 'history', 'calls', 'smb_message_echoes', 'smb_app_state_sync', 'user_preferences', 'user_id_update', 'message_template_status_update', 'account_update', 'other', '__proto__']

channelContract({
  channel: whatsappCloud,
  samples: readSamples(new URL('./samples/', import.meta.url)),
  encode,
  contentType: 'application/json',
  publicUrl: 'https://inbox.example',
  sign: (rawBody, secret) => ({ rawBody, url: '/webhooks/whatsapp', headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}` } }),
  foreign: [encode({ object: 'instagram', entry: [] }), encode({ object: 'whatsapp_business_account' }), Buffer.from('MessageSid=SM1&Body=Hi')],
  textBody: ids => change('messages', { metadata, messages: ids.map(said) }),
  batch: 1000,
  amid: (body, before, after) => {
    const entries = asList(body.entry)
    const changes = within(entries, 'changes')
    return [
      bodyOf([entryOf([saying(before)]), ...entries, entryOf([saying(after)])]),
      bodyOf([entryOf([saying(before), ...changes, saying(after)])]),
      change('messages', { metadata, messages: [said(before), ...within(changes.map(item => field(item, 'value')), 'messages'), said(after)] }),
    ]
  },
  ownMessage: change('smb_message_echoes', { metadata, message_echoes: [{ from: '914440017700', to: '919840055501', id: 'wamid.E', timestamp: '1790000000', type: 'text', text: { body: 'Yes' } }] }),
  hostile: fc.tuple(fc.constantFrom(...fields), hostileObject(keys, words), hostileObject(keys, words)).map(([field, value, list]) => encode({
    object: 'whatsapp_business_account',
    entry: [{ id: list, time: list, changes: [{ field, value }, value, { field, value: { metadata: value, messages: [list], statuses: [list], history: [{ threads: [{ messages: [list] }] }] } }] }, list],
  })),
})

describe('parsing bodies of the Cloud API', () => {
  it('reads every change of every entry, one broken part notwithstanding', () => {
    const message = { from: '1', id: 'wamid.1', timestamp: '1790000000', type: 'text', text: { body: 'Hi' } }
    const events = whatsappCloud.parse(encode({
      object: 'whatsapp_business_account',
      entry: [
        null,
        { id: 'A', changes: [{ field: 'messages', value: 'broken' }, { field: 'messages', value: { messages: ['broken', message] } }] },
        { id: 'B', changes: [{ field: 'messages', value: { messages: [{ ...message, id: 'wamid.2' }] } }] },
      ],
    }))
    expect(events.map(event => [event.kind, event.kind === 'unknown' ? '' : event.id])).toEqual([['unknown', ''], ['text', 'wamid.1'], ['text', 'wamid.2']])
  })

  it('keeps an id that is too long for a number, digit for digit', () => {
    const body = Buffer.from('{"object":"whatsapp_business_account","entry":[{"id":98765432109876543210,"changes":[{"field":"message_template_status_update","value":{"event":"APPROVED","message_template_id":12345678901234567891}}]}]}')
    expect(whatsappCloud.parse(body)).toMatchObject([{ to: '98765432109876543210', template: { id: '12345678901234567891' } }])
  })

  it('takes the time of the entry for a message whose own is absurd, and the start of 1970 when that is absurd as well', () => {
    const at = (timestamp: unknown, time: unknown): string | undefined => whatsappCloud.parse(encode({
      object: 'whatsapp_business_account',
      entry: [{ id: 'A', time, changes: [{ field: 'messages', value: { messages: [{ id: 'm', timestamp, type: 'text' }] } }] }],
    }))[0]?.at
    expect(at('1790000000', null)).toBe('2026-09-21T14:13:20.000Z')
    expect(at(1790000000123, null)).toBe('2026-09-21T14:13:20.123Z')
    for (const absurd of ['soon', -1, 1e300, {}, '99999999999999999999', '']) {
      expect(at(absurd, 1790000000)).toBe('2026-09-21T14:13:20.000Z')
      expect(at(absurd, absurd)).toBe('1970-01-01T00:00:00.000Z')
    }
  })

  it('gives what has no id one of its content, another for other content', () => {
    const id = (event: string): string | undefined => whatsappCloud.parse(change('account_update', { event }))[0]?.id
    expect(id('DISABLED_UPDATE')).toBe(id('DISABLED_UPDATE'))
    expect(id('DISABLED_UPDATE')).not.toBe(id('ACCOUNT_RESTRICTION'))
  })

  it('tells the steps of one message\'s way, and of one call, apart', () => {
    const statuses = whatsappCloud.parse(change('messages', { metadata, statuses: ['sent', 'delivered', 'read'].map(status => ({ id: 'wamid.O', status, timestamp: '1790000000', recipient_id: '1' })) }))
    expect(new Set(statuses.map(eventKey)).size).toBe(3)
    const calls = whatsappCloud.parse(change('calls', { metadata, calls: [{ id: 'c', event: 'connect' }, { id: 'c', event: 'terminate', status: 'COMPLETED' }] }))
    expect(new Set(calls.map(eventKey)).size).toBe(2)
  })

  it('leaves out a price that is not told, and makes up none', () => {
    const [event] = whatsappCloud.parse(change('messages', { metadata, messages: [{ from: '1', id: 'm', type: 'order', order: { catalog_id: 'C', product_items: [{ product_retailer_id: 'R-221', quantity: '2' }] } }] }))
    expect(event?.order).toEqual({ catalogId: 'C', items: [{ id: 'R-221', quantity: 2 }] })
  })

  it('never takes an unrelated contact for a sender\'s', () => {
    const events = whatsappCloud.parse(change('messages', {
      metadata,
      contacts: [{ profile: { name: 'Somebody else' }, wa_id: '777' }],
      messages: [{ from: '111', id: 'a', type: 'text' }, { from: '222', id: 'b', type: 'text' }],
    }))
    expect(events.map(event => event.identity)).toEqual([{ phone: '111' }, { phone: '222' }])
  })

  it('reads 1,000 statuses in a small multiple of what JSON.parse takes for them', () => {
    const body = change('messages', { metadata, statuses: Array.from({ length: 1000 }, (_, index) => ({ id: `wamid.${index}`, status: 'delivered', timestamp: '1790000000', recipient_id: `9198400${index}`, pricing: { billable: true, category: 'utility' } })) })
    // Processor time, so that what else the machine does stays out of it.
    const fastest = (run: () => void): number => Math.min(...Array.from({ length: 40 }, () => {
      const start = process.cpuUsage()
      run()
      const { user, system } = process.cpuUsage(start)
      return user + system
    }))
    const floor = fastest(() => void JSON.parse(body.toString('utf8')))
    expect(fastest(() => void whatsappCloud.parse(body))).toBeLessThan(floor * 25)
  })
})
