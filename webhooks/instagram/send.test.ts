import type { ServerResponse } from 'node:http'
import type { OutboundContent } from '#contracts'
import type { ChannelContext, OutboundMessage } from '../channel.ts'
import type { ProviderServer, ReceivedRequest } from '../testing/provider-server.ts'
import { afterEach, describe, expect, it } from 'vitest'
import { contextOf, sendErrorOf } from '../testing/context.ts'
import { json, providerServer } from '../testing/provider-server.ts'
import { instagram } from './index.ts'

let server: ProviderServer | undefined
afterEach(() => server?.close())

async function api(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<ChannelContext> {
  server = await providerServer(answer)
  return contextOf({ senderId: '178', accessToken: 'TOKEN', apiUrl: server.url })
}

const accepted = (_: ReceivedRequest, response: ServerResponse): void => json(response, 200, { recipient_id: '99', message_id: 'm_new' })
const message = (content: OutboundContent, parts: Partial<OutboundMessage> = {}): OutboundMessage => ({ channel: 'instagram', to: { userId: '99' }, content, ...parts })
const text = message({ kind: 'text', text: 'Good morning' })
const bodies = (): unknown[] => server?.received.map(request => JSON.parse(request.body.toString()) as unknown) ?? []
function late(request: ReceivedRequest, response: ServerResponse): void {
  return request.body.includes('HUMAN_AGENT')
    ? accepted(request, response)
    : json(response, 400, { error: { code: 10, error_subcode: 2534022, message: 'Outside of the allowed window' } })
}

describe('sending by Instagram', () => {
  it('posts a text, with what it answers', async () => {
    await expect(instagram.send({ ...text, replyTo: 'm_1' }, await api(accepted))).resolves.toEqual({ providerMessageId: 'm_new' })
    expect(server?.received[0]).toMatchObject({ path: '/v25.0/178/messages', headers: { authorization: 'Bearer TOKEN' } })
    expect(bodies()).toEqual([{ recipient: { id: '99' }, message: { text: 'Good morning' }, reply_to: { mid: 'm_1' } }])
  })

  it('sends a file by its public address', async () => {
    const context = await api(accepted)
    await instagram.send(message({ kind: 'media', media: { kind: 'document', mime: 'application/pdf', url: 'https://inbox.example/m/1' } }), context)
    expect(bodies()).toEqual([{ recipient: { id: '99' }, message: { attachment: { type: 'file', payload: { url: 'https://inbox.example/m/1' } } } }])
    expect(await sendErrorOf(instagram.send(message({ kind: 'media', media: { kind: 'image', mime: 'image/png' } }), context))).toMatchObject({ class: 'content', code: 'not_supported' })
  })

  it('sends a person\'s late answer again as one, and an automation\'s not', async () => {
    const context = await api(late)
    await expect(instagram.send({ ...text, human: true }, context)).resolves.toEqual({ providerMessageId: 'm_new' })
    expect(bodies()[1]).toMatchObject({ messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' })
    expect(await sendErrorOf(instagram.send(text, context))).toMatchObject({ class: 'window', code: '10' })
    expect(bodies()).toHaveLength(3)
  })

  it('sends a heart, takes it back, and no other reaction', async () => {
    const context = await api((_, response) => json(response, 200, { recipient_id: '99' }))
    await instagram.send(message({ kind: 'reaction', emoji: '❤️', targetId: 'm_1' }), context)
    await instagram.send(message({ kind: 'reaction', emoji: null, targetId: 'm_1' }), context)
    expect(bodies()).toMatchObject([{ sender_action: 'react', payload: { message_id: 'm_1', reaction: 'love' } }, { sender_action: 'unreact' }])
    expect(await sendErrorOf(instagram.send(message({ kind: 'reaction', emoji: '🎉', targetId: 'm_1' }), context))).toMatchObject({ class: 'content' })
  })

  it('has no templates, and no room for more than a thousand bytes', async () => {
    const context = await api(accepted)
    expect(await sendErrorOf(instagram.send(message({ kind: 'template', name: 'a', language: 'en', params: [], preview: '' }), context))).toMatchObject({ code: 'not_supported' })
    expect(await sendErrorOf(instagram.send(message({ kind: 'text', text: 'ம'.repeat(400) }), context))).toMatchObject({ code: 'too_large' })
    expect(server?.received).toHaveLength(0)
  })

  it('shows that messages were read and that an answer is being written', async () => {
    const context = await api(accepted)
    await instagram.markRead?.({ to: { userId: '99' }, messageId: 'm_1' }, context)
    await instagram.typing?.({ to: { userId: '99' }, messageId: 'm_1' }, context)
    expect(bodies()).toMatchObject([{ sender_action: 'mark_seen' }, { sender_action: 'typing_on' }])
  })

  it.each([[190, undefined, 'dead'], [613, undefined, 'slow'], [551, undefined, 'elsewhere'], [100, 2534014, 'elsewhere'], [10, undefined, 'dead'], [2, undefined, 'retry']])('code %i (%s) is of class %s', async (code, subcode, wanted) => {
    const context = await api((_, response) => json(response, 400, { error: { code, error_subcode: subcode, message: 'No' } }))
    expect(await sendErrorOf(instagram.send(text, context))).toMatchObject({ class: wanted, code: String(code) })
  })

  it('never fetches a story, and other files without the token', async () => {
    const context = await api((_, response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end('JPEG'))
    const download = instagram.media?.download ?? expect.fail('no download')
    await expect(download({ url: `${server?.url}/1`, transient: true }, context, { maxBytes: 10 })).rejects.toMatchObject({ code: 'not_allowed' })
    await expect(download({ url: 'https://www.instagram.com/reel/1' }, context, { maxBytes: 10 })).rejects.toMatchObject({ code: 'not_allowed' })
    await download({ url: `${server?.url}/1` }, context, { maxBytes: 10 })
    expect(server?.received.map(request => request.headers.authorization)).toEqual([undefined])
  })
})
