import type { ServerResponse } from 'node:http'
import type { OutboundContent } from '#contracts'
import type { ChannelContext, OutboundMessage } from '../channel.ts'
import type { ProviderServer, ReceivedRequest } from '../testing/provider-server.ts'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { contextOf, sendErrorOf } from '../testing/context.ts'
import { json, providerServer } from '../testing/provider-server.ts'
import { twilio } from './index.ts'

let server: ProviderServer | undefined
afterEach(() => server?.close())

async function api(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<ChannelContext> {
  server = await providerServer(answer)
  return contextOf({ accountId: 'AC1', senderId: '+914440017701', accessToken: 'TOKEN', apiUrl: server.url }, { publicUrl: 'https://inbox.example/' })
}

const accepted = (_: ReceivedRequest, response: ServerResponse): void => json(response, 201, { sid: 'SM9', status: 'queued' })
const message = (content: OutboundContent, parts: Partial<OutboundMessage> = {}): OutboundMessage => ({ channel: 'whatsapp', from: 'whatsapp:+914440017700', to: { phone: '+919840055501' }, content, ...parts })
const text = message({ kind: 'text', text: 'Good morning ☀' })
const form = (index = 0): Record<string, string> => Object.fromEntries(new URLSearchParams(server?.received[index]?.body.toString()))
const authorization = `Basic ${Buffer.from('AC1:TOKEN').toString('base64')}`

describe('sending by Twilio', () => {
  it('posts a WhatsApp text and asks for its statuses', async () => {
    await expect(twilio.send(text, await api(accepted))).resolves.toEqual({ providerMessageId: 'SM9' })
    expect(server?.received[0]).toMatchObject({ method: 'POST', path: '/2010-04-01/Accounts/AC1/Messages.json', headers: { authorization } })
    expect(form()).toEqual({ To: 'whatsapp:+919840055501', From: 'whatsapp:+914440017700', Body: 'Good morning ☀', StatusCallback: 'https://inbox.example/webhooks/twilio/status' })
  })

  it('posts an SMS from the configured sender, or through a messaging service', async () => {
    const context = await api(accepted)
    const sms = { channel: 'sms' as const, to: { phone: '919840055501' }, content: { kind: 'text' as const, text: 'Hi' } }
    await twilio.send(sms, context)
    await twilio.send({ ...sms, from: 'MG7' }, context)
    expect(form(0)).toMatchObject({ To: '+919840055501', From: '+914440017701' })
    expect(form(1)).toMatchObject({ MessagingServiceSid: 'MG7' })
    expect(form(1)).not.toHaveProperty('From')
  })

  it('writes to a WhatsApp user id, though not by SMS', async () => {
    const context = await api(accepted)
    await twilio.send({ ...text, to: { userId: 'whatsapp:IN.8' } }, context)
    expect(form()).toMatchObject({ To: 'whatsapp:IN.8' })
    expect(await sendErrorOf(twilio.send({ ...text, channel: 'sms', to: { userId: 'whatsapp:IN.8' } }, context))).toMatchObject({ class: 'elsewhere', code: 'no_recipient' })
  })

  it('calls the channel dead when its account SID cannot be one', async () => {
    const context = await api(accepted)
    expect(await sendErrorOf(twilio.send(text, { ...context, config: { ...context.config, accountId: 'SK1' } }))).toMatchObject({ class: 'dead', code: 'not_configured' })
  })

  it('sends a template by its Content SID', async () => {
    await twilio.send(message({ kind: 'template', name: 'HX5', language: 'ta', params: ['Meera', '5 pm'], preview: '' }), await api(accepted))
    expect(form()).toMatchObject({ ContentSid: 'HX5', ContentVariables: '{"1":"Meera","2":"5 pm"}' })
  })

  it('sends a file by its public address', async () => {
    await twilio.send(message({ kind: 'media', media: { kind: 'image', mime: 'image/jpeg', url: 'https://inbox.example/m/1' }, caption: 'Yours' }), await api(accepted))
    expect(form()).toMatchObject({ MediaUrl: 'https://inbox.example/m/1', Body: 'Yours' })
  })

  it('shows that an answer is being written', async () => {
    await twilio.typing?.({ to: { phone: '1' }, messageId: 'SM1' }, await api((_, response) => json(response, 200, { success: true })))
    expect(server?.received[0]?.path).toBe('/v2/Indicators/Typing.json')
    expect(form()).toEqual({ messageId: 'SM1', channel: 'whatsapp' })
  })

  it.each([[63016, 'window'], [63018, 'slow'], [21610, 'suppress'], [20003, 'dead'], [63024, 'elsewhere'], [63007, 'dead'], [63049, 'retry'], [21617, 'content']])('code %i is of class %s, when sending and as a status', async (code, wanted) => {
    const error = await sendErrorOf(twilio.send(text, await api((_, response) => json(response, 400, { code, message: 'No', status: 400 }))))
    expect(error).toMatchObject({ class: wanted, code: String(code), message: 'No' })
    expect(twilio.errorClass(code)).toBe(wanted)
  })

  it.each([[63049, 86_400_000], [63018, 60_000]])('after code %i waits at least %i ms', async (code, pause) => {
    const error = await sendErrorOf(twilio.send(text, await api((_, response) => json(response, 400, { code, status: 400 }))))
    expect(error.retryAfterMs).toBe(pause)
  })

  it('tries again after 429, 5xx and a broken line', async () => {
    expect(await sendErrorOf(twilio.send(text, await api((_, response) => json(response, 429, { code: 20429 }, { 'retry-after': '2' }))))).toMatchObject({ class: 'slow', retryAfterMs: 2000 })
    await server?.close()
    expect(await sendErrorOf(twilio.send(text, await api((_, response) => response.writeHead(503).end())))).toMatchObject({ class: 'retry', code: 'http_503' })
    await server?.close()
    expect(await sendErrorOf(twilio.send(text, await api((_, response) => response.destroy())))).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: true })
    const context = await api(accepted)
    await server?.close()
    server = undefined
    expect(await sendErrorOf(twilio.send(text, context))).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: false })
  })

  it('sends nothing while account or token is missing', async () => {
    expect(await sendErrorOf(twilio.send(text, contextOf({ accountId: 'AC1' })))).toMatchObject({ class: 'dead', code: 'not_configured' })
  })

  it('checks the account, and says when its token is dead', async () => {
    await expect(twilio.check(await api((_, response) => json(response, 200, { sid: 'AC1', friendly_name: 'House of Gold' })))).resolves.toEqual({ ok: true, dead: false, name: 'House of Gold' })
    await server?.close()
    await expect(twilio.check(await api((_, response) => json(response, 401, { code: 20003, message: 'Authenticate' })))).resolves.toMatchObject({ ok: false, dead: true, code: '20003' })
  })

  it('fetches files with the account\'s credentials', async () => {
    const context = await api((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('JPEG'))
    const download = twilio.media?.download ?? expect.fail('no download')
    const file = await download({ url: `${server?.url}/2010-04-01/Media/ME1` }, context, { maxBytes: 10 })
    expect((await buffer(file.body)).toString()).toBe('JPEG')
    expect(server?.received[0]?.headers.authorization).toBe(authorization)
    await expect(download({ url: 'https://s3-external-1.amazonaws.com/somebody/1' }, context, { maxBytes: 10 })).rejects.toMatchObject({ code: 'not_allowed' })
  })
})
