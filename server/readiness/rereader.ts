import type { Context } from '../platform/context.ts'
import { holdLease } from '../platform/lease.ts'
import { rereadForGold } from './gold/reread.ts'
import { rereadBatch, rereadDue } from './reread.ts'

const betweenMs = 60_000
const betweenPagesMs = 50

/** The loop that keeps advice fresh; one process at a time does it. */
export interface Rereader {
  start: () => void
  /** Resolves when what was begun is done. */
  stop: () => Promise<void>
}

export function createRereader(ctx: Context): Rereader {
  const lease = holdLease(ctx, 'readiness')
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const state = { stopped: true }

  async function work(): Promise<void> {
    try {
      while (!state.stopped && await lease.held() && await rereadDue(ctx) === rereadBatch) await new Promise(resolve => setImmediate(resolve))
      while (!state.stopped && await lease.held() && await rereadForGold(ctx)) await new Promise(resolve => setTimeout(resolve, betweenPagesMs))
    }
    catch (error) { ctx.log.error({ err: error }, 'advice could not be read anew') }
    if (!state.stopped) schedule(betweenMs)
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => { running = work() }, ms)
    timer.unref()
  }

  return {
    start() {
      if (!state.stopped) return
      state.stopped = false
      schedule(1000)
    },
    async stop() {
      state.stopped = true
      clearTimeout(timer)
      await running
      await lease.release().catch(() => {})
    },
  }
}
