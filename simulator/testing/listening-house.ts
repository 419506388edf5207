import type { Buffer } from 'node:buffer'
import type { AddressInfo } from 'node:net'
import type { RunningSimulator, StartSimulatorOptions } from '../start.ts'
import { createServer } from 'node:http'
import { startSimulator } from '../start.ts'

export type Heard = { path: string, headers: Record<string, string | string[] | undefined>, body: string }

export type ListeningHouse = {
  url: string
  heard: Heard[]
  /** What it gives out, by path. */
  files: Map<string, { mime: string, bytes: Buffer }>
  /** What the next webhooks are answered with; 200 when nothing is left. */
  answers: number[]
  /** Resolves with everything heard once `enough` says so. Rejects after two seconds. */
  until: (enough: (heard: readonly Heard[]) => boolean) => Promise<Heard[]>
  close: () => Promise<void>
}

/** A house that keeps every webhook it is told, for tests of the simulator alone. */
export async function startListeningHouse(): Promise<ListeningHouse> {
  const heard: Heard[] = []
  const answers: number[] = []
  const files: ListeningHouse['files'] = new Map()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => { body += chunk }).on('end', () => {
      if (request.method === 'GET' && request.url?.startsWith('/media/')) {
        const file = files.get(request.url)
        if (file) response.writeHead(200, { 'content-type': file.mime }).end(file.bytes)
        else response.writeHead(404).end()
        return
      }
      const status = answers.shift() ?? 200
      if (request.method === 'POST') heard.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(status).end(new URL(request.url ?? '', 'http://house').searchParams.get('hub.challenge') ?? '')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    files,
    answers,
    until: async (enough) => {
      for (const end = Date.now() + 2_000; Date.now() < end;) {
        if (enough(heard)) return heard
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      throw new Error(`Heard only: ${heard.map(one => one.path).join(', ')}`)
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export const testSecrets = { whatsappAppSecret: 'wa-secret', instagramAppSecret: 'ig-secret', twilioAuthToken: 'tw-token', twilioAccountSid: 'AC1', graphToken: 'graph-token' }

/** A simulator in a hurry, its webhooks going to `house`. */
export function startQuickSimulator(house: ListeningHouse, options: Partial<StartSimulatorOptions> = {}): Promise<RunningSimulator> {
  return startSimulator({ loupeUrl: house.url, secrets: testSecrets, timing: { sent: [1, 5], delivered: [5, 10], read: [5, 10] }, ...options })
}
