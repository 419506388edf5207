import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import autocannon from 'autocannon'
import { signed, textBody } from '../support/whatsapp.ts'
import { quantile } from './measure.ts'

export interface SignedDelivery { body: string, headers: Record<string, string> }

/** `n` deliveries with one message each, all different, from `people` customers to `numbers`, signed with `secret`. */
export function makeDeliveries(n: number, options: { secret: string, run: string, people: number, numbers: readonly string[] }): SignedDelivery[] {
  return Array.from({ length: n }, (_, i) => {
    const person = i % options.people
    const body = textBody({
      id: `wamid.${options.run}.${String(i).padStart(8, '0')}`,
      from: `9198${String(20_000_000 + person)}`,
      to: options.numbers[person % options.numbers.length]!,
      text: `m${i} Could you tell me whether the halo ring is still in the Bandra shop, and until when I could come to see it this week?`,
      at: Date.now(),
    })
    return { body, headers: signed(body, options.secret) }
  })
}

export interface LoadResult { perSecond: number, p99: number, answered: number, failed: number }

/** Sends deliveries for `seconds` over `connections`, as fast as they are answered, none of them twice. */
export async function load(url: string, deliveries: SignedDelivery[], options: { connections: number, seconds: number }): Promise<LoadResult> {
  let next = 0
  const result = await autocannon({
    url: `${url}/webhooks/whatsapp`,
    connections: options.connections,
    duration: options.seconds,
    requests: [{
      method: 'POST',
      setupRequest(request) {
        const delivery = deliveries[next++ % deliveries.length]!
        return { ...request, body: delivery.body, headers: { ...request.headers, ...delivery.headers } }
      },
    }],
  })
  if (next > deliveries.length) throw new Error(`${next} deliveries were asked for and ${deliveries.length} prepared: a repeated one would be cheaper than a new one`)
  return { perSecond: result['2xx'] / result.duration, p99: result.latency.p99, answered: result['2xx'], failed: result.non2xx + result.errors + result.timeouts }
}

/**
 * Sends each delivery when it is due, `rate` a second at even distances, whether or not the ones before it were answered, over at most `connections`. Milliseconds
 * count from when it was due, so that what waits for others counts as well. (autocannon sends a second's requests at its beginning: even a server that does nothing
 * then takes a tenth of a second for the last of them.)
 */
export async function loadEvenly(url: string, deliveries: SignedDelivery[], { rate, connections }: { rate: number, connections: number }): Promise<{ p50: number, p99: number, failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let failed = 0
  const begun = performance.now()
  async function send({ body, headers }: SignedDelivery, due: number): Promise<void> {
    const sent = request(`${url}/webhooks/whatsapp`, { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } })
    sent.end(body)
    const [response] = await once(sent, 'response') as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    latencies.push(performance.now() - due)
    if (response.statusCode !== 200) failed++
  }
  const sends: Promise<void>[] = []
  for (const [i, delivery] of deliveries.entries()) {
    const due = begun + i * 1_000 / rate
    while (performance.now() < due) await new Promise(resolve => setTimeout(resolve, 1))
    sends.push(send(delivery, due).catch(() => { failed++ }))
  }
  await Promise.all(sends)
  agent.destroy()
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), failed }
}
