import type { Channel } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { CheckCause } from './check.ts'
import { trusted } from 'mongoose'
import { holdLease } from '../platform/lease.ts'
import { checkChannel } from './check.ts'

/** Asks providers whether our accounts work: after the start, then ever more seldom while one does not, and twice a day while it does. One process at a time does it, by lease. */
export interface ChannelChecker {
  start: () => void
  /** Ends checks that are under way. */
  stop: () => Promise<void>
  /** One round: every channel the first time, then those whose turn has come. Does nothing where another process does it. */
  round: () => Promise<void>
}

export interface CheckerOptions {
  /** Time from the start to the first round, in which whatever else starts with Loupe may come up. @default 5000 */
  firstAfterMs?: number | undefined
}

const defaultFirstMs = 5_000
/** How often to look whose turn has come, for what other processes wrote down; what this one does wakes it at once. */
const everyMs = 15_000
const atOnce = 4
const mostPerRound = 1_000

export function createChannelChecker(ctx: Context, { firstAfterMs = defaultFirstMs }: CheckerOptions = {}): ChannelChecker {
  const { channels } = ctx.models
  const lease = holdLease(ctx, 'channels')
  const abort = new AbortController()
  const state = { stopped: true, first: true, again: false }
  let startedAt = new Date(ctx.now())
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let unsubscribe = (): void => {}

  /** What was wrong before the start may have been mended by it. */
  const causeOf = ({ toldAt }: Channel, first: boolean): CheckCause => first && !(toldAt && toldAt > startedAt) ? 'start' : 'turn'

  async function round(): Promise<void> {
    if (!await lease.held()) {
      // Whoever takes over from another process may have other settings.
      state.first = true
      return
    }
    const { first } = state
    const due = await channels.find(first ? {} : { checkAt: trusted({ $lte: new Date(ctx.now()) }) }).sort({ checkAt: 1 }).limit(mostPerRound).lean<Channel[]>()
    const queue = due.values()
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (const channel of queue) {
        if (abort.signal.aborted) return
        await checkChannel(ctx, channel, causeOf(channel, first), abort.signal)
        await lease.held()
      }
    }))
    state.first = false
  }

  function look(): void {
    if (state.stopped) return
    if (running) { state.again = true; return }
    clearTimeout(timer)
    running = round()
      .catch(error => ctx.log.error({ err: error }, 'channels could not be checked'))
      .finally(() => {
        running = null
        later(state.again ? 0 : everyMs)
        state.again = false
      })
  }

  function later(ms: number): void {
    clearTimeout(timer)
    if (state.stopped) return
    timer = setTimeout(look, ms)
    timer.unref()
  }

  return {
    round,
    start() {
      if (!state.stopped) return
      state.stopped = false
      startedAt = new Date(ctx.now())
      unsubscribe = ctx.bus.on('channel.changed', () => { if (!state.first) look() })
      later(firstAfterMs)
    },
    async stop() {
      state.stopped = true
      unsubscribe()
      clearTimeout(timer)
      abort.abort()
      await running
      await lease.release().catch(() => {})
    },
  }
}
