import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { SimulatorAddress } from './simulator-proxy.ts'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installErrorHandling } from './http-errors.ts'
import { installSimulatorProxy, targetOf } from './simulator-proxy.ts'

describe('the way to the simulator', () => {
  let app: FastifyInstance
  let url = ''
  let target: SimulatorAddress = null
  const behind = createServer((request, response) => {
    if (request.url === '/simulator/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
      return
    }
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => response.writeHead(201, { 'x-seen': String(request.headers['x-given']) }).end(`${request.method} ${request.url} ${Buffer.concat(chunks).length}`))
  })
  behind.on('upgrade', (request, socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`)
    socket.on('data', data => socket.write(`heard ${data}`))
  })

  beforeAll(async () => {
    await new Promise<void>(resolve => behind.listen(0, '127.0.0.1', resolve))
    app = fastify({ forceCloseConnections: 'idle' })
    installErrorHandling(app)
    installSimulatorProxy(app, () => target)
    url = await app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => behind.close())

  it('says so where no simulator came up', async () => {
    expect((await fetch(`${url}/simulator/`)).status).toBe(503)
    target = Promise.resolve(null)
    expect((await fetch(`${url}/simulator/`)).status).toBe(503)
  })

  it('lets whoever comes while the simulator starts wait for it', async () => {
    let cameUp: (address: string) => void = () => {}
    target = new Promise((resolve) => { cameUp = resolve })
    const there = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/simulator/`
    const answer = fetch(`${url}/simulator/`, { method: 'POST', body: 'early' })
    setTimeout(cameUp, 100, there)
    expect(await answer.then(async given => [given.status, await given.text()])).toEqual([201, 'POST /simulator/ 5'])
    target = there
  })

  it('passes requests on as they are, with their body and their answer', async () => {
    const body = new Uint8Array(2_000_000)
    const answer = await fetch(`${url}/simulator/graph/v25.0/1/messages?a=1`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream', 'x-given': 'yes' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('x-seen')).toBe('yes')
    expect(await answer.text()).toBe('POST /simulator/graph/v25.0/1/messages?a=1 2000000')
  })

  it('leads nowhere else, whatever address a request names', () => {
    const simulator = 'http://127.0.0.1:4000/simulator/'
    for (const asked of ['http://evil.example/simulator/x?a=1', '//evil.example/simulator/x?a=1', 'http://evil.example:81/simulator/x?a=1', '/simulator/x?a=1'])
      expect(targetOf(asked, simulator).href).toBe('http://127.0.0.1:4000/simulator/x?a=1')
    expect(targetOf('http://[', simulator).origin).toBe('http://127.0.0.1:4000')
  })

  it('is closed to whatever comes from elsewhere', async () => {
    const answer = await fetch(`${url}/simulator/`, { headers: { 'x-forwarded-for': '203.0.113.4' } })
    expect(answer.status).toBe(403)
  })

  it('passes live connections on, in both directions', async () => {
    const { port } = app.server.address() as AddressInfo
    const heard = await new Promise<string>((resolve, reject) => {
      const call = httpRequest({ port, host: '127.0.0.1', path: '/simulator/live', headers: { connection: 'upgrade', upgrade: 'echo' } })
      call.on('upgrade', (_response, socket) => {
        socket.on('data', (data: Buffer) => { resolve(String(data)); socket.destroy() })
        socket.write('hello')
      })
      call.on('error', reject).end()
    })
    expect(heard).toBe('heard hello')
  })

  it('answers for a simulator that is gone', async () => {
    const there = target
    target = 'http://127.0.0.1:1/simulator/'
    expect((await fetch(`${url}/simulator/`)).status).toBe(502)
    target = there
  })

  it('does not keep the server from closing while a stream is open or somebody waits', async () => {
    const there = target
    target = new Promise(() => {})
    const arrived = once(app.server, 'request')
    const waiting = fetch(`${url}/simulator/`)
    await arrived
    await setImmediate()
    target = there
    const stream = await fetch(`${url}/simulator/stream`)
    const reader = stream.body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toContain('data: one')
    await app.close()
    expect((await waiting).status).toBe(503)
    await expect(reader.read().then(({ done }) => { if (done) throw new Error('ended') })).rejects.toThrow()
  })
})
