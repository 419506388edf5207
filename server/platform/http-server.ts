import type { FastifyServerFactory } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'

/** Milliseconds that a connection without requests is kept: longer than the proxies in front of us keep theirs, so that none finds one just closed. */
const keptAliveFor = 72_000
/** Milliseconds that a request may take to arrive: enough for a large video over a weak line. */
const longestRequest = 15 * 60_000

/** Answers a request by itself, and says with which status. It never throws. */
export type DirectAnswer = (request: IncomingMessage, response: ServerResponse, answered?: (status: number) => void) => void

/** Node's server with a way past the framework. */
export interface DirectServer {
  factory: FastifyServerFactory
  /** From now on POSTs to exactly the direct paths are answered directly; until then, and everything else, by the framework. `count` is told of each answer. */
  open: (count: (method: string, path: string, status: number, milliseconds: number) => void) => void
}

/** Makes the server that gives requests to whom they are for. */
export function directServer(paths: ReadonlyMap<string, DirectAnswer>): DirectServer {
  let counting: Parameters<DirectServer['open']>[0] | null = null
  return {
    open(count) { counting = count },
    factory(handler) {
      const server = createServer((request, response) => {
        const count = counting
        const path = request.method === 'POST' ? request.url ?? '' : ''
        const answer = paths.get(path)
        if (!count || !answer) {
          handler(request, response)
          return
        }
        const begun = performance.now()
        answer(request, response, status => count('POST', path, status, performance.now() - begun))
      })
      server.keepAliveTimeout = keptAliveFor
      server.requestTimeout = longestRequest
      return server
    },
  }
}
