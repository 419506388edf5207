import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A request as the provider's API received it. */
export type ReceivedRequest = { method: string, path: string, headers: IncomingHttpHeaders, body: Buffer }

export type ProviderServer = {
  url: string
  received: ReceivedRequest[]
  close: () => Promise<void>
}

/** Stands in for a provider's API over real HTTP; `answer` writes the response to each request. */
export async function providerServer(answer: (request: ReceivedRequest, response: ServerResponse) => void): Promise<ProviderServer> {
  const received: ReceivedRequest[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
      received.push(seen)
      answer(seen, response)
    }, () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
