const WINDOW_MILLIS = 60_000
/** How many keys are remembered; the oldest make room. */
const MOST_REMEMBERED = 10_000
const LONGEST_KEY = 128

/** Counts failed sign-ins within the last minute, so that passwords cannot be tried one after the other. */
export class Attempts {
  private readonly failures = new Map<string, number[]>()
  private readonly most: number
  private readonly now: () => number

  /** @param most how many failures of one key are let pass before the next attempt is refused unseen */
  constructor(most: number, now: () => number) {
    this.most = most
    this.now = now
  }

  /** Whether an attempt under this key is still heard. */
  mayTry(key: string): boolean {
    return this.recent(short(key)).length < this.most
  }

  failed(key: string): void {
    const known = short(key)
    const times = this.recent(known)
    times.push(this.now())
    this.failures.delete(known)
    this.failures.set(known, times.slice(-this.most))
    if (this.failures.size > MOST_REMEMBERED)
      this.failures.delete(this.failures.keys().next().value!)
  }

  succeeded(key: string): void {
    this.failures.delete(short(key))
  }

  private recent(key: string): number[] {
    const oldest = this.now() - WINDOW_MILLIS
    return (this.failures.get(key) ?? []).filter(time => time > oldest)
  }
}

/** What a stranger sends may be long, and is kept for a while. */
function short(key: string): string {
  return key.slice(0, LONGEST_KEY)
}
