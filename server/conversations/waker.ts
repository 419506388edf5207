import type { Conversation } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { trusted } from 'mongoose'
import { LoupeError } from '../platform/errors.ts'
import { mutateConversation } from './mutate.ts'

/** Brings snoozed conversations back when their time has come. */
export interface Waker {
  start: () => void
  /** Resolves when a round that was under way has ended. */
  stop: () => Promise<void>
  /** One round: wakes what is due now, at most 500, and says how many. */
  wakeDue: () => Promise<number>
}

const everyMs = 10_000
const perRound = 500

/**
 * Wakes what is due, every ten seconds. Several processes may do so at once: a conversation that another one has woken is left as it is, and only one of
 * them writes.
 */
export function createWaker(ctx: Context): Waker {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<unknown> = Promise.resolve()

  async function wake(id: string): Promise<boolean> {
    let woken = false
    try {
      await mutateConversation(ctx, id, ({ snoozedUntil }, now) => {
        woken = snoozedUntil != null && snoozedUntil.getTime() <= now
        return woken ? { snoozedUntil: null } : null
      })
    }
    catch (error) {
      // Gone, or changed by others again and again: the next round sees to it.
      if (!(error instanceof LoupeError)) throw error
      return false
    }
    return woken
  }

  async function wakeDue(): Promise<number> {
    const due = await ctx.models.conversations
      .find({ snoozedUntil: trusted({ $type: 'date', $lte: new Date(ctx.now()) }) })
      .sort({ snoozedUntil: 1 })
      .limit(perRound)
      .select('_id')
      .lean<Pick<Conversation, '_id'>[]>()
    let woken = 0
    for (const { _id } of due) {
      if (await wake(_id)) woken++
    }
    return woken
  }

  function later(): void {
    timer = setTimeout(() => {
      round = wakeDue()
        .catch(error => ctx.log.error({ err: error }, 'waking snoozed conversations failed'))
        .then(() => { if (timer) later() })
    }, everyMs)
    timer.unref()
  }

  return {
    wakeDue,
    start() {
      if (!timer) later()
    },
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await round
    },
  }
}
