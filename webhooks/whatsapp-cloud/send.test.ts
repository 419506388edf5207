import type { ServerResponse } from 'node:http'
import type { OutboundContent } from '#contracts'
import type { ChannelContext, OutboundMessage } from '../channel.ts'
import type { ProviderServer, ReceivedRequest } from '../testing/provider-server.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { contextOf, sendErrorOf } from '../testing/context.ts'
import { json, providerServer } from '../testing/provider-server.ts'
import { whatsappCloud } from './index.ts'

let server: ProviderServer | undefined
afterEach(() => server?.close())

async function api(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<ChannelContext> {
  server = await providerServer(answer)
  return contextOf({ senderId: '350', accessToken: 'TOKEN', apiUrl: server.url })
}

const accepted = (_: ReceivedRequest, response: ServerResponse): void => json(response, 200, { messaging_product: 'whatsapp', messages: [{ id: 'wamid.NEW' }] })
const refused = (code: number, status = 400, headers = {}) => (_: ReceivedRequest, response: ServerResponse): void => json(response, status, { error: { code, message: `(#${code}) refused`, error_data: { details: 'Why it was' } } }, headers)
const message = (content: OutboundContent, parts: Partial<OutboundMessage> = {}): OutboundMessage => ({ channel: 'whatsapp', to: { phone: '919840055501' }, content, ...parts })
const text = message({ kind: 'text', text: 'Good morning' })
const sent = (index = 0): unknown => JSON.parse(server?.received[index]?.body.toString() ?? '')

describe('sending by the Cloud API', () => {
  it('posts a text for a number, with quote and reference, and gives the id back', async () => {
    const context = await api(accepted)
    await expect(whatsappCloud.send({ ...text, from: '777', replyTo: 'wamid.Q', reference: 'out-1' }, context)).resolves.toEqual({ providerMessageId: 'wamid.NEW' })
    expect(server?.received[0]).toMatchObject({ method: 'POST', path: '/v25.0/777/messages', headers: { authorization: 'Bearer TOKEN' } })
    expect(sent()).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '919840055501',
      type: 'text',
      text: { body: 'Good morning', preview_url: false },
      context: { message_id: 'wamid.Q' },
      biz_opaque_callback_data: 'out-1',
    })
  })

  it('writes to a user id under its own name, and prefers a number', async () => {
    const context = await api(accepted)
    await whatsappCloud.send({ ...text, to: { userId: 'IN.8' } }, context)
    await whatsappCloud.send({ ...text, to: { userId: 'IN.8', phone: '91984' } }, context)
    expect(sent(0)).toMatchObject({ recipient: 'IN.8' })
    expect(sent(1)).toMatchObject({ to: '91984' })
    expect(sent(1)).not.toHaveProperty('recipient')
  })

  it('uploads a file first and sends its id', async () => {
    const context = await api((request, response) => request.path.endsWith('/media') ? json(response, 200, { id: '901' }) : accepted(request, response))
    await whatsappCloud.send(message({ kind: 'media', media: { kind: 'document', mime: 'application/pdf', filename: 'ring.pdf' }, caption: 'Your ring' }, { bytes: Buffer.from('%PDF') }), context)
    const upload = server?.received[0]
    expect(upload?.path).toBe('/v25.0/350/media')
    expect(upload?.headers['content-type']).toMatch(/^multipart\/form-data/)
    expect(upload?.body.toString()).toContain('%PDF')
    expect(sent(1)).toMatchObject({ type: 'document', document: { id: '901', caption: 'Your ring', filename: 'ring.pdf' } })
  })

  it('may try again when the file\'s upload broke off: no message can have left', async () => {
    const context = await api((_, response) => { response.destroy() })
    const error = await sendErrorOf(whatsappCloud.send(message({ kind: 'media', media: { kind: 'image', mime: 'image/png' } }, { bytes: Buffer.from('png') }), context))
    expect(error).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: false })
    await server?.close()
    const text = await sendErrorOf(whatsappCloud.send(message({ kind: 'text', text: 'Good morning' }), await api((_, response) => { response.destroy() })))
    expect(text).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: true })
  })

  it('sends a template with its parameters, named or in order', async () => {
    const context = await api(accepted)
    await whatsappCloud.send(message({ kind: 'template', name: 'visit', language: 'ta', params: ['Meera'], preview: '' }), context)
    await whatsappCloud.send(message({ kind: 'template', name: 'visit', language: 'ta', params: ['Meera'], paramNames: ['name'], preview: '' }), context)
    await whatsappCloud.send(message({ kind: 'template', name: 'plain', language: 'en', params: [], preview: '' }), context)
    expect(sent(0)).toMatchObject({ type: 'template', template: { name: 'visit', language: { code: 'ta' }, components: [{ type: 'body', parameters: [{ type: 'text', text: 'Meera' }] }] } })
    expect(sent(1)).toMatchObject({ template: { components: [{ parameters: [{ type: 'text', parameter_name: 'name', text: 'Meera' }] }] } })
    expect(sent(2)).toMatchObject({ template: { name: 'plain' } })
  })

  it('sends one piece alone and several as a list', async () => {
    const context = await api(accepted)
    await whatsappCloud.send(message({ kind: 'product', catalogId: 'C9', productIds: ['RING-7'] }), context)
    await whatsappCloud.send(message({ kind: 'product', catalogId: 'C9', productIds: ['RING-7', 'CHAIN-2'], text: 'For you' }), context)
    expect(sent(0)).toMatchObject({ type: 'interactive', interactive: { type: 'product', action: { catalog_id: 'C9', product_retailer_id: 'RING-7' } } })
    expect(sent(1)).toMatchObject({ interactive: { type: 'product_list', body: { text: 'For you' }, action: { sections: [{ product_items: [{ product_retailer_id: 'RING-7' }, { product_retailer_id: 'CHAIN-2' }] }] } } })
  })

  it('takes a reaction back with an empty emoji', async () => {
    const context = await api(accepted)
    await whatsappCloud.send(message({ kind: 'reaction', emoji: null, targetId: 'wamid.Q' }), context)
    expect(sent()).toMatchObject({ type: 'reaction', reaction: { message_id: 'wamid.Q', emoji: '' } })
  })

  it('marks a message as read, and shows with it that an answer is being written', async () => {
    const context = await api((_, response) => json(response, 200, { success: true }))
    await whatsappCloud.markRead?.({ to: { phone: '1' }, messageId: 'wamid.M' }, context)
    await whatsappCloud.typing?.({ to: { phone: '1' }, messageId: 'wamid.M' }, context)
    expect(sent(0)).toEqual({ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.M' })
    expect(sent(1)).toMatchObject({ typing_indicator: { type: 'text' } })
  })
})

describe('what Meta refuses', () => {
  it.each([
    [131047, 'window'],
    [131026, 'elsewhere'],
    [130472, 'elsewhere'],
    [131062, 'elsewhere'],
    [131050, 'suppress'],
    [131056, 'retry'],
    [131049, 'retry'],
    [130429, 'slow'],
    [131048, 'slow'],
    [131064, 'slow'],
    [368, 'dead'],
    [131031, 'dead'],
    [130497, 'dead'],
    [190, 'dead'],
    [132000, 'content'],
    [132001, 'content'],
    [132012, 'content'],
    [132015, 'content'],
    [132016, 'content'],
    [131051, 'content'],
    [131052, 'content'],
    [131053, 'content'],
    [131060, 'content'],
    [100, 'content'],
    [2, 'retry'],
  ])('%i is of class %s, when sending and as a status', async (code, wanted) => {
    const error = await sendErrorOf(whatsappCloud.send(text, await api(refused(code))))
    expect(error).toMatchObject({ class: wanted, code: String(code), mayHaveBeenSent: false })
    expect(whatsappCloud.errorClass(code)).toBe(wanted)
  })

  it('says why, in the provider\'s words and without the message', async () => {
    const error = await sendErrorOf(whatsappCloud.send(text, await api(refused(132012))))
    expect(error.message).toBe('(#132012) refused Why it was')
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('Good morning')
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('TOKEN')
  })

  it('waits a day after a marketing limit, six seconds after too much to one person, and as long as it is told', async () => {
    expect((await sendErrorOf(whatsappCloud.send(text, await api(refused(131049))))).retryAfterMs).toBe(86_400_000)
    await server?.close()
    expect((await sendErrorOf(whatsappCloud.send(text, await api(refused(131056))))).retryAfterMs).toBe(6000)
    await server?.close()
    expect((await sendErrorOf(whatsappCloud.send(text, await api(refused(130429, 429, { 'retry-after': '17' }))))).retryAfterMs).toBe(17_000)
  })

  it.each([[429, 'retry'], [500, 'retry'], [503, 'retry'], [401, 'dead'], [403, 'dead'], [404, 'content']])('a bare %i is of class %s', async (status, wanted) => {
    const error = await sendErrorOf(whatsappCloud.send(text, await api((_, response) => response.writeHead(status).end('<html>'))))
    expect(error).toMatchObject({ class: wanted, code: `http_${status}` })
  })

  it('leaves open whether the message went out when a gateway gave up', async () => {
    expect(await sendErrorOf(whatsappCloud.send(text, await api((_, response) => response.writeHead(504).end())))).toMatchObject({ class: 'retry', mayHaveBeenSent: true })
  })
})

describe('when the API does not answer', () => {
  it('tries again later, and knows that nothing was sent when nobody listened', async () => {
    const context = await api(accepted)
    await server?.close()
    server = undefined
    expect(await sendErrorOf(whatsappCloud.send(text, context))).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: false })
  })

  it('leaves open whether the message went out when the line broke', async () => {
    expect(await sendErrorOf(whatsappCloud.send(text, await api((_, response) => response.destroy())))).toMatchObject({ class: 'retry', code: 'network', mayHaveBeenSent: true })
  })

  it('does not carry the token to where a redirect points', async () => {
    const context = await api((request, response) => request.path === '/stolen' ? accepted(request, response) : response.writeHead(302, { location: '/stolen' }).end())
    await expect(whatsappCloud.send(text, context)).rejects.toMatchObject({ class: 'retry' })
    expect(server?.received).toHaveLength(1)
  })

  it('takes an answer without an id for no success', async () => {
    expect(await sendErrorOf(whatsappCloud.send(text, await api((_, response) => json(response, 200, {}))))).toMatchObject({ code: 'no_message_id', mayHaveBeenSent: true })
  })

  it('sends nothing without token, sender or recipient, and no file that is too large', async () => {
    const context = await api(accepted)
    expect(await sendErrorOf(whatsappCloud.send(text, { ...context, config: { ...context.config, accessToken: '' } }))).toMatchObject({ class: 'dead', code: 'not_configured' })
    expect(await sendErrorOf(whatsappCloud.send(text, { ...context, config: { ...context.config, senderId: '' } }))).toMatchObject({ class: 'dead', code: 'not_configured' })
    expect(await sendErrorOf(whatsappCloud.send({ ...text, to: {} }, context))).toMatchObject({ class: 'elsewhere', code: 'no_recipient' })
    const image = message({ kind: 'media', media: { kind: 'image', mime: 'image/png' } }, { bytes: new Uint8Array(5 * 1024 * 1024 + 1) })
    expect(await sendErrorOf(whatsappCloud.send(image, context))).toMatchObject({ class: 'content', code: 'too_large' })
    expect(server?.received).toHaveLength(0)
  })
})

describe('checking a configured number', () => {
  it('gives its name, or says that the token is dead', async () => {
    await expect(whatsappCloud.check(await api((_, response) => json(response, 200, { verified_name: 'House of Gold' })))).resolves.toEqual({ ok: true, dead: false, name: 'House of Gold' })
    await server?.close()
    await expect(whatsappCloud.check(await api(refused(190, 401)))).resolves.toMatchObject({ ok: false, dead: true, code: '190' })
  })

  it('says that nothing may leave, though the token works', async () => {
    const health = { can_send_message: 'BLOCKED', entities: [{ entity_type: 'PHONE_NUMBER', can_send_message: 'AVAILABLE' }, { entity_type: 'WABA', can_send_message: 'BLOCKED', errors: [{ error_code: 141006, error_description: 'There is an error with the payment method.' }] }] }
    await expect(whatsappCloud.check(await api((_, response) => json(response, 200, { verified_name: 'House of Gold', health_status: health })))).resolves.toMatchObject({ ok: false, dead: true, code: '141006', problem: 'There is an error with the payment method.' })
  })

  it('says nothing of the account where the token may not ask', async () => {
    await expect(whatsappCloud.check(await api(refused(200, 403)))).resolves.toMatchObject({ ok: false, dead: false, code: '200' })
  })
})
