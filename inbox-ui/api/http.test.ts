import { describe, expect, it, vi } from 'vitest'
import { address, ApiFailure, createHttp, isOffline } from './http.ts'

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })

describe('requests', () => {
  it('leave out what is not asked', () => expect(address('/x', { q: '', a: null, b: 0, c: 'd e' })).toBe('/api/v1/x?b=0&c=d+e'))
  it('carry the token with everything that changes something', async () => {
    const fetcher = vi.fn(() => Promise.resolve(answer({})))
    const http = createHttp({ csrf: () => 'tok', fetcher })
    await http.get('/a')
    await http.post('/b')
    const headers = fetcher.mock.calls.map(call => ((call as unknown[])[1] as RequestInit).headers as Record<string, string>)
    expect(headers.map(h => h['x-csrf-token'])).toEqual([undefined, 'tok'])
  })
  it('fail with the API\'s own code and sentence', async () => {
    const http = createHttp({ csrf: () => '', fetcher: () => Promise.resolve(answer({ error: { code: 'gate_asks', message: 'Think twice.', details: 1 } }, 409)) })
    await expect(http.post('/x')).rejects.toMatchObject({ code: 'gate_asks', message: 'Think twice.', status: 409, details: 1 })
  })
  it('call it offline when nobody answers, a proxy without a server included', async () => {
    const failures = await Promise.all([() => Promise.reject(new TypeError('network')), () => Promise.resolve(answer('', 502))].map(fetcher => createHttp({ csrf: () => '', fetcher }).get('/x').catch((e: unknown) => e)))
    expect(failures.every(isOffline)).toBe(true)
  })
  it('renew a token that another tab has changed, once', async () => {
    const renewCsrf = vi.fn(() => Promise.resolve())
    const fetcher = vi.fn().mockResolvedValueOnce(answer({ error: { code: 'csrf', message: '' } }, 403)).mockResolvedValue(answer({ ok: 1 }))
    expect(await createHttp({ csrf: () => 't', renewCsrf, fetcher }).post('/x')).toEqual({ ok: 1 })
    expect(renewCsrf).toHaveBeenCalledTimes(1)
  })
  it('tell when the session has ended, but not while signing in', async () => {
    const onSignedOut = vi.fn()
    const http = createHttp({ csrf: () => '', onSignedOut, fetcher: () => Promise.resolve(answer({ error: { code: 'not_signed_in', message: '' } }, 401)) })
    await http.post('/session').catch(() => {})
    expect(onSignedOut).not.toHaveBeenCalled()
    await expect(http.get('/queues')).rejects.toBeInstanceOf(ApiFailure)
    expect(onSignedOut).toHaveBeenCalledTimes(1)
  })
})
