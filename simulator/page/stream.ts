import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { PhoneEvent, WireEntry } from '../state/phones.ts'

const heartbeatMs = 15_000
const mostStreams = 50
const mostWire = 60

/** The pages that listen, and the last requests for a page that has just come. */
export class Streams {
  readonly #simulation: Simulation
  readonly #replies = new Set<FastifyReply>()
  readonly #wire: WireEntry[] = []
  readonly #stopListening: () => void

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#stopListening = simulation.phones.listen((event) => {
      if (event.type === 'wire') {
        this.#wire.push(event.entry)
        if (this.#wire.length > mostWire) this.#wire.shift()
      }
      this.#write(event)
    })
  }

  get wire(): readonly WireEntry[] {
    return this.#wire
  }

  /** Keeps the answer open as a stream of server-sent events. A page that goes away closes its phone. */
  open(request: FastifyRequest, reply: FastifyReply, pageId: string): void {
    if (this.#replies.size >= mostStreams) {
      void reply.code(503).send({ error: { code: 'too_many_pages', message: 'Too many phones are open.' } })
      return
    }
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    reply.raw.write(': open\n\n')
    this.#replies.add(reply)
    const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), heartbeatMs)
    request.raw.once('close', () => {
      clearInterval(heartbeat)
      this.#replies.delete(reply)
      this.#simulation.presence.show(pageId, null)
    })
  }

  close(): void {
    this.#stopListening()
    for (const reply of this.#replies) reply.raw.end()
  }

  #write(event: PhoneEvent): void {
    const line = `data: ${JSON.stringify(event)}\n\n`
    for (const reply of this.#replies) reply.raw.write(line)
  }
}
