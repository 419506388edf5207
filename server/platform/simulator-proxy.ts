import type { FastifyInstance } from 'fastify'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { Agent, request as httpRequest } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { isFromThisMachine } from '../accounts/index.ts'
import { LoupeError } from './errors.ts'

const prefix = '/simulator'
/** Whoever asks while the simulator comes up waits for it this long: a page that is opened in that moment is only a little later. */
const longestWaitMs = 20_000
/** Headers that are between two neighbours only (RFC 9110, 7.6.1). */
const ofThisConnection = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Address of the simulator, base path included; a promise while it comes up, null where there is none. */
export type SimulatorAddress = string | null | Promise<string | null>

/**
 * Passes `/simulator` on to the simulator's own process, so that the phone stands beside the inbox under one address. Streams both ways and keeps nothing.
 * Whoever reaches the simulator can write as anybody, so that it is passed on for this machine only.
 * `target` gives the simulator's address, while it comes up a promise of it; null when there is none.
 */
export function installSimulatorProxy(app: FastifyInstance, target: () => SimulatorAddress): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const underway = new Set<() => void>()

  /** The simulator's address, waited for while it comes up. Null when it does not, or when the server closes meanwhile. */
  async function awaited(coming: Promise<string | null>): Promise<string | null> {
    const ended = new AbortController()
    const stop = () => ended.abort()
    underway.add(stop)
    try { return await Promise.race([coming, after(longestWaitMs, null, { signal: ended.signal }).catch(() => null)]) }
    finally {
      underway.delete(stop)
      stop()
    }
  }

  app.register(async (proxy) => {
    proxy.removeAllContentTypeParsers()
    proxy.addContentTypeParser('*', (_request, _body, done) => done(null))
    for (const url of [prefix, `${prefix}/*`]) {
      proxy.all(url, { config: { public: true, storeless: true }, schema: { hide: true }, bodyLimit: 64 * 1_048_576, logLevel: 'silent' }, async (request, reply) => {
        if (!isFromThisMachine(request.raw.socket.remoteAddress, request.headers)) throw new LoupeError('sandbox_only', 'The simulator can be used only on the machine that it runs on.')
        const known = target()
        const to = known instanceof Promise ? await awaited(known) : known
        if (to === null) throw new LoupeError('unavailable', 'The simulator is still starting. Try again in a moment.')
        reply.hijack()
        const answer = reply.raw
        // Gone while it waited: a stream that is opened for nobody would never end.
        if (request.raw.socket.destroyed) return
        const call = httpRequest(targetOf(request.raw.url, to), { method: request.method, headers: passedOn(request.headers), agent })
        const stop = () => { call.destroy(); answer.destroy() }
        underway.add(stop)
        answer.on('close', () => { underway.delete(stop); call.destroy() })
        call.on('response', (response) => {
          answer.writeHead(response.statusCode ?? 502, passedOn(response.headers))
          response.pipe(answer)
          response.on('error', () => answer.destroy())
        })
        call.on('error', () => {
          if (answer.headersSent) return answer.destroy()
          answer.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { code: 'unavailable', message: 'The simulator does not answer.' } }))
        })
        request.raw.pipe(call)
      })
    }
  })

  app.server.on('upgrade', (request, socket: Socket, head) => {
    if (!isSimulator(request.url)) return
    const to = target()
    if (typeof to !== 'string' || !isFromThisMachine(socket.remoteAddress, request.headers)) return socket.destroy()
    const stop = () => socket.destroy()
    underway.add(stop)
    socket.on('close', () => underway.delete(stop)).on('error', stop)
    const call = httpRequest(targetOf(request.url, to), { headers: { ...passedOn(request.headers), connection: 'upgrade', upgrade: request.headers.upgrade } })
    call.on('error', stop)
    call.on('response', stop)
    call.on('upgrade', (response, other, rest) => {
      const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}`)
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      if (rest.length > 0) socket.write(rest)
      if (head.length > 0) other.write(head)
      other.on('error', stop).on('close', stop)
      socket.on('close', () => other.destroy())
      other.pipe(socket).pipe(other)
    })
    call.end()
  })

  // A stream of events never ends by itself and would hold the server open.
  app.addHook('preClose', async () => {
    for (const stop of underway) stop()
    agent.destroy()
  })
}

/** The simulator's own address of what is asked for. A request may name a whole address, with any host: only its path counts. */
export function targetOf(asked: string | undefined, simulator: string): URL {
  const { pathname, search } = URL.canParse(asked ?? prefix, simulator) ? new URL(asked ?? prefix, simulator) : new URL(prefix, simulator)
  const target = new URL(simulator)
  target.pathname = pathname
  target.search = search
  return target
}

/** Whether an address belongs to the simulator. */
export function isSimulator(url: string | undefined): boolean {
  return url === prefix || url?.startsWith(`${prefix}/`) === true || url?.startsWith(`${prefix}?`) === true
}

function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofThisConnection.has(name)))
}
