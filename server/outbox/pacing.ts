/** A bucket that holds up to `burst` sends and regains one every `intervalMs`. */
interface Bucket { tokens: number, at: number }

export interface Rate { burst: number, intervalMs: number }

/** Buckets by key, forgotten once they are full again, so that memory stays bounded by who was written to lately. */
export interface Pacing {
  /** Takes one send from every named bucket, or none of them: gives how long to wait in milliseconds, 0 when it was taken. */
  take: (wants: { key: string, rate: Rate }[], now: number) => number
  /** Lets nothing through under this key until `until` (milliseconds since the epoch). */
  hold: (key: string, until: number) => void
}

/** Token buckets in memory: the provider's own limits are the truth, ours only keep us from running into them. */
export function createPacing(): Pacing {
  const buckets = new Map<string, Bucket>()
  const held = new Map<string, number>()

  function level(key: string, rate: Rate, now: number): Bucket {
    const known = buckets.get(key)
    if (!known) return { tokens: rate.burst, at: now }
    const gained = Math.max(0, now - known.at) / rate.intervalMs
    return { tokens: Math.min(rate.burst, known.tokens + gained), at: now }
  }

  function forget(now: number): void {
    for (const [key, until] of held) {
      if (until <= now) held.delete(key)
    }
    for (const [key, bucket] of buckets) {
      if (now - bucket.at > 600_000) buckets.delete(key)
    }
  }

  return {
    take(wants, now) {
      const waits = wants.map(({ key, rate }) => {
        const hold = Math.max(0, (held.get(key) ?? 0) - now)
        const { tokens } = level(key, rate, now)
        return Math.max(hold, tokens >= 1 ? 0 : Math.ceil((1 - tokens) * rate.intervalMs))
      })
      const wait = Math.max(0, ...waits)
      if (wait > 0) return wait
      for (const { key, rate } of wants) {
        const bucket = level(key, rate, now)
        buckets.set(key, { tokens: bucket.tokens - 1, at: now })
      }
      if (buckets.size > 10_000 || held.size > 1_000) forget(now)
      return 0
    },
    hold(key, until) {
      held.set(key, Math.max(until, held.get(key) ?? 0))
    },
  }
}
