import type { ServerResponse } from 'node:http'
import type { FetchLike } from '../channel.ts'
import type { ProviderServer, ReceivedRequest } from '../testing/provider-server.ts'
import type { DownloadOptions } from './download.ts'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { contextOf } from '../testing/context.ts'
import { providerServer } from '../testing/provider-server.ts'
import { download } from './download.ts'

const options: DownloadOptions = {
  hosts: { exact: ['files.example'], below: ['.cdn.example'], prefixes: ['https://shared.example/ours/'] },
  apiUrl: 'https://api.example',
  authorization: { header: 'Bearer TOKEN', hosts: ['api.example'] },
  maxBytes: 10,
}

let server: ProviderServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

/** Answers of hosts that exist in the test only, with what each was asked. */
function hosts(answers: Record<string, Response>): { fetch: FetchLike, asked: [string, string | null][] } {
  const asked: [string, string | null][] = []
  return {
    asked,
    fetch: (input, init) => {
      asked.push([input, new Headers(init?.headers).get('authorization')])
      return Promise.resolve(answers[input] ?? new Response('found', { headers: { 'content-type': 'image/png' } }))
    },
  }
}

const redirect = (location: string): Response => new Response(null, { status: 302, headers: { location } })

describe('where files may be fetched from', () => {
  it.each([
    'https://files.example/1',
    'https://a.b.cdn.example/1',
    'https://shared.example/ours/1',
    'https://api.example/media/1',
  ])('%s is the provider\'s', async (url) => {
    await expect(download(url, options, contextOf({}, { fetch: hosts({}).fetch }))).resolves.toMatchObject({ mime: 'image/png' })
  })

  it.each([
    'http://files.example/1',
    'https://files.example:8443/1',
    'https://files.example.evil.example/1',
    'https://evilfiles.example/1',
    'https://cdn.example.evil/1',
    'https://evilcdn.example/1',
    'https://files.example@evil.example/1',
    'https://user:pass@files.example/1',
    'https://shared.example/theirs/1',
    'https://shared.example/ours/../theirs/1',
    'http://api.example/1',
    'https://127.0.0.1/1',
    'https://[::1]/1',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'data:image/png;base64,AA==',
    'ftp://files.example/1',
    '//files.example/1',
    'not an address',
    '',
  ])('%s is not', async (url) => {
    const { fetch, asked } = hosts({})
    await expect(download(url, options, contextOf({}, { fetch }))).rejects.toMatchObject({ name: 'MediaError', code: 'not_allowed' })
    expect(asked).toEqual([])
  })

  it('checks every redirect again', async () => {
    const { fetch, asked } = hosts({ 'https://files.example/1': redirect('https://evil.example/1') })
    await expect(download('https://files.example/1', options, contextOf({}, { fetch }))).rejects.toMatchObject({ code: 'not_allowed' })
    expect(asked).toHaveLength(1)
  })

  it('gives the token to the API and to nobody that it redirects to', async () => {
    const { fetch, asked } = hosts({ 'https://api.example/1': redirect('https://x.cdn.example/2') })
    await download('https://api.example/1', options, contextOf({}, { fetch }))
    expect(asked).toEqual([['https://api.example/1', 'Bearer TOKEN'], ['https://x.cdn.example/2', null]])
  })

  it('stops at redirects without end', async () => {
    const { fetch, asked } = hosts({ 'https://files.example/1': redirect('/1') })
    await expect(download('https://files.example/1', options, contextOf({}, { fetch }))).rejects.toMatchObject({ code: 'refused' })
    expect(asked.length).toBeLessThan(10)
  })
})

describe('what comes back', () => {
  async function at(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<DownloadOptions> {
    server = await providerServer(answer)
    return { ...options, apiUrl: server.url }
  }
  const context = contextOf({})

  it('is refused at once when it says that it is too large', async () => {
    const own = await at((_, response) => response.writeHead(200, { 'content-length': '11' }).end('01234567890'))
    await expect(download(`${own.apiUrl}/1`, own, context)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('is cut off when it is larger than it said', async () => {
    const own = await at((_, response) => response.writeHead(200).end('0123456789x'))
    const file = await download(`${own.apiUrl}/1`, own, context)
    await expect(buffer(file.body)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('may be exactly as large as allowed', async () => {
    const own = await at((_, response) => response.writeHead(200).end('0123456789'))
    expect((await buffer((await download(`${own.apiUrl}/1`, own, context)).body)).toString()).toBe('0123456789')
  })

  it('has to come in time, its end as well as its beginning', async () => {
    const silent = await at(() => {})
    await expect(download(`${silent.apiUrl}/1`, { ...silent, timeoutMs: 100 }, context)).rejects.toMatchObject({ code: 'timeout', retry: true })
    await server?.close()
    const slow = await at((_, response) => void response.writeHead(200).write('0'))
    const file = await download(`${slow.apiUrl}/1`, { ...slow, timeoutMs: 200 }, context)
    await expect(buffer(file.body)).rejects.toThrow()
  })

  it.each([[401, 'unauthorized', false], [404, 'gone', false], [410, 'gone', false], [503, 'refused', true], [429, 'refused', true], [400, 'refused', false]])('an answer of %i is %s', async (status, code, retry) => {
    const own = await at((_, response) => response.writeHead(status).end())
    await expect(download(`${own.apiUrl}/1`, own, context)).rejects.toMatchObject({ code, retry })
  })
})
