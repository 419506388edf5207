import type { ServerResponse } from 'node:http'
import type { ChannelContext } from '../channel.ts'
import type { ProviderServer, ReceivedRequest } from '../testing/provider-server.ts'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { contextOf } from '../testing/context.ts'
import { json, providerServer } from '../testing/provider-server.ts'
import { whatsappCloud } from './index.ts'

let server: ProviderServer | undefined
afterEach(() => server?.close())

async function api(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<ChannelContext> {
  server = await providerServer(answer)
  return contextOf({ senderId: '350', accessToken: 'TOKEN', apiUrl: server.url })
}

const bound = { maxBytes: 1000 }
const download = whatsappCloud.media?.download ?? expect.fail('no download')

describe('fetching a file of WhatsApp', () => {
  it('asks for its address and fetches it with the token', async () => {
    const context = await api((request, response) => request.path.includes('/901')
      ? json(response, 200, { url: `${server?.url}/file`, mime_type: 'image/jpeg' })
      : response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '4' }).end('JPEG'))
    const file = await download({ id: '901' }, context, bound)
    expect(file).toMatchObject({ mime: 'image/jpeg', size: 4 })
    expect((await buffer(file.body)).toString()).toBe('JPEG')
    expect(server?.received.map(request => [request.path, request.headers.authorization])).toEqual([['/v25.0/901', 'Bearer TOKEN'], ['/file', 'Bearer TOKEN']])
  })

  it('says when the file is gone or the token dead', async () => {
    const context = await api((request, response) => request.path.includes('dead') ? json(response, 401, { error: { code: 190 } }) : json(response, 400, { error: { code: 100 } }))
    await expect(download({ id: 'old' }, context, bound)).rejects.toMatchObject({ code: 'gone', retry: false })
    await expect(download({ id: 'dead' }, context, bound)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  it('needs an id or an address, and a token', async () => {
    const context = await api((_, response) => json(response, 200, {}))
    await expect(download({}, context, bound)).rejects.toMatchObject({ code: 'no_address' })
    await expect(download({ id: '1' }, { ...context, config: {} }, bound)).rejects.toMatchObject({ code: 'not_configured' })
  })

  it('never follows an address of anybody else\'s', async () => {
    const context = await api((_, response) => json(response, 200, { url: 'https://files.example/1', mime_type: 'image/jpeg' }))
    await expect(download({ id: '901' }, context, bound)).rejects.toMatchObject({ code: 'not_allowed' })
  })
})
