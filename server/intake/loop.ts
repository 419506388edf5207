import type { Context } from '../platform/context.ts'
import type { StatusSink, Tools } from './batch.ts'
import type { Taken } from './take-in.ts'
import { holdLease } from '../platform/lease.ts'
import { nextDeliveries, takeIn } from './batch.ts'
import { openChannelBook } from './channel-book.ts'
import { createPace, createRush } from './rush.ts'

/** Takes stored deliveries in, in order, in one process at a time. */
export interface Intake {
  start: () => void
  /** Resolves when the batch that was begun is done. Stored deliveries stay for the next start. */
  stop: () => Promise<void>
  /** Resolves when nothing that was stored before the call is left to be worked on by this process. */
  idle: () => Promise<void>
}

export interface IntakeOptions {
  /** Takes the statuses of our own messages. */
  statuses: StatusSink
  /** Accepted deliveries that are not in the store yet. @default none */
  waiting?: () => number
  /** How often to look for what other processes stored, milliseconds. @default 500 */
  pollMs?: number
}

const slowestPollMs = 30_000

/** The intake of one application: woken by `deliveries.stored`, and by a slow poll for what other processes stored. */
export function createIntake(ctx: Context, { statuses, waiting: onTheirWay, pollMs = 500 }: IntakeOptions): Intake {
  const lease = holdLease(ctx, 'intake')
  let tools: Tools | null = null
  let running: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined
  let again = false
  const state = { started: false }
  const rush = createRush(onTheirWay)
  const pace = createPace(rush, ctx.now, () => !state.started)
  let suspect = true
  let failures = 0
  let unsubscribe = (): void => {}
  const waiting = new Set<() => void>()

  async function drain(): Promise<void> {
    let ahead: Promise<Taken[]> | null = null
    while (state.started) {
      again = ahead !== null && again
      if (!await lease.held()) {
        // Another process works; what it leaves half done when it ends is ours to complete.
        suspect = true
        return
      }
      tools ??= { book: await openChannelBook(ctx), statuses }
      const most = await pace.turn()
      const taken = await (ahead ?? nextDeliveries(ctx, most))
      ahead = null
      if (taken.length === 0) {
        suspect = false
        if (!again) return
        continue
      }
      if (taken.length >= most) {
        // There are more: they are read while these are worked on. Otherwise what comes meanwhile is read afterwards, so that it does not wait for a further batch.
        ahead = nextDeliveries(ctx, rush.most(ctx.now()), taken)
        ahead.catch(() => {})
      }
      await takeIn(ctx, tools, taken, suspect, pace)
      failures = 0
    }
  }

  async function run(): Promise<void> {
    try {
      await drain()
    }
    catch (error) {
      suspect = true
      failures++
      again = false
      ctx.log.error({ err: error, failures }, 'intake failed and will go on')
    }
    running = null
    schedule(failures === 0 ? pollMs : Math.min(slowestPollMs, pollMs * 2 ** Math.min(failures, 10)))
    if (failures === 0 && again) {
      wake()
    }
    else {
      for (const resolve of [...waiting]) resolve()
    }
  }

  function schedule(ms: number): void {
    clearTimeout(timer)
    if (!state.started) return
    timer = setTimeout(wake, ms)
    timer.unref()
  }

  function wake(): void {
    if (!state.started) return
    again = true
    running ??= run()
  }

  return {
    start() {
      if (state.started) return
      state.started = true
      const ends = [ctx.bus.on('deliveries.accepted', ({ count }) => rush.accepted(count, ctx.now())), ctx.bus.on('deliveries.stored', wake)]
      unsubscribe = () => { for (const end of ends) end() }
      wake()
    },
    async stop() {
      state.started = false
      unsubscribe()
      clearTimeout(timer)
      await running
      tools?.book.close()
      tools = null
      suspect = true
      await lease.release().catch(() => {})
    },
    async idle() {
      if (!state.started) return
      await new Promise<void>((resolve) => {
        const done = (): void => {
          waiting.delete(done)
          resolve()
        }
        waiting.add(done)
        wake()
      })
    },
  }
}
