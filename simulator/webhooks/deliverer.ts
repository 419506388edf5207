import type { Random } from '../random.ts'
import type { WireEntry } from '../state/phones.ts'
import { Buffer } from 'node:buffer'

/** A signed request that is to reach the house. Those of one `order` are delivered one after the other. */
export type Webhook = { order: string, what: string, url: string, contentType: string, body: string, headers: Record<string, string>, onAccepted?: () => void }

export type DelivererOptions = {
  random: Random
  duplicateRate: () => number
  onWire: (entry: WireEntry) => void
  /** First pause after a refusal, milliseconds; doubled each time up to thirty seconds. */
  firstPauseMs?: number
  attempts?: number
}

const mostWaiting = 5_000
const longestPauseMs = 30_000
const patienceMs = 20_000

/**
 * Carries webhooks to the house as Meta does: again and again until it answers 200, with growing pauses, and gives up in the end.
 * Meta tries for seven days; here it is a bounded number of attempts.
 */
export class Deliverer {
  readonly #options: Required<DelivererOptions>
  readonly #tails = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()
  #waiting = 0

  constructor(options: DelivererOptions) {
    this.#options = { firstPauseMs: 500, attempts: 12, ...options }
  }

  /** Queues a webhook. Throws a RangeError when thousands wait already: the house is not there. */
  deliver(webhook: Webhook): void {
    if (this.#waiting >= mostWaiting) throw new RangeError('Too many webhooks wait for the house.')
    this.#waiting++
    const before = this.#tails.get(webhook.order) ?? Promise.resolve()
    const tail = before.then(() => this.#carry(webhook)).finally(() => {
      this.#waiting--
      if (this.#tails.get(webhook.order) === tail) this.#tails.delete(webhook.order)
    })
    this.#tails.set(webhook.order, tail)
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values())
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.idle()
  }

  async #carry(webhook: Webhook): Promise<void> {
    let pause = this.#options.firstPauseMs
    for (let attempt = 1; attempt <= this.#options.attempts && !this.#stop.signal.aborted; attempt++) {
      if (await this.#post(webhook, attempt)) {
        webhook.onAccepted?.()
        if (this.#options.random.next() < this.#options.duplicateRate()) await this.#post(webhook, attempt + 1)
        return
      }
      await sleep(pause, this.#stop.signal)
      pause = Math.min(pause * 2, longestPauseMs)
    }
  }

  async #post({ url, what, body, contentType, headers }: Webhook, attempt: number): Promise<boolean> {
    const began = Date.now()
    let status: number | null = null
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)), ...headers },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(patienceMs)]),
      })
      status = answer.status
      await answer.arrayBuffer()
    }
    catch {
      // A house that is not there, or too slow, is asked again.
    }
    this.#options.onWire({ at: began, way: 'webhook', what, status, ms: Date.now() - began, attempt })
    return status === 200
  }
}

/** Waits, or stops waiting when the signal says so. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) { resolve(); return }
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
