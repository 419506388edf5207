import autocannon from 'autocannon'
import { signed, textBody } from '../support/whatsapp.ts'

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

/** Sends deliveries for `seconds` over `connections`, as fast as they are answered or at `rate` a second, none of them twice. */
export async function load(url: string, deliveries: SignedDelivery[], options: { connections: number, seconds: number, rate?: number }): Promise<LoadResult> {
  let next = 0
  const result = await autocannon({
    url: `${url}/webhooks/whatsapp`,
    connections: options.connections,
    duration: options.seconds,
    ...(options.rate ? { overallRate: options.rate } : {}),
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
