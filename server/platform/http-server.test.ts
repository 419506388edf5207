import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { directServer } from './http-server.ts'

let close = async (): Promise<void> => {}
afterEach(() => close())

/** A server with one direct path and a route of the same path behind it. */
async function started() {
  const counted: string[] = []
  const direct = directServer(new Map([['/direct', (_request, response, answered) => {
    response.writeHead(202).end('directly')
    answered?.(202)
  }]]))
  const app = fastify({ serverFactory: direct.factory })
  app.all('/direct', async () => 'by the framework')
  await app.listen({ port: 0, host: '127.0.0.1' })
  close = async () => app.close()
  const { port } = app.server.address() as AddressInfo
  return {
    counted,
    open: () => direct.open((method, path, status, milliseconds) => counted.push(`${method} ${path} ${status} ${milliseconds >= 0}`)),
    ask: async (method: string, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`, { method })).text(),
  }
}

describe('a server with direct paths', () => {
  it('leaves everything to the framework until it is opened', async () => {
    const { ask, counted } = await started()
    expect(await ask('POST', '/direct')).toBe('by the framework')
    expect(counted).toEqual([])
  })

  it('then answers POSTs to exactly these paths directly, and counts them', async () => {
    const { ask, counted, open } = await started()
    open()
    expect(await ask('POST', '/direct')).toBe('directly')
    expect(await ask('GET', '/direct')).toBe('by the framework')
    expect(await ask('POST', '/direct?x=1')).toBe('by the framework')
    expect(await ask('POST', '/constructor')).toContain('Not Found')
    expect(counted).toEqual(['POST /direct 202 true'])
  })
})
