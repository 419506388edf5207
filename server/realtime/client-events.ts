import type { Context } from '../platform/context.ts'
import type { Page } from './io.ts'
import type { Presence } from './presence.ts'
import { z } from 'zod'
import { visibleConversation } from '../conversations/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { conversationRoom, isConversationRoom } from './audience.ts'

const Named = z.object({ conversationId: z.string().min(1).max(64) })
const Typing = Named.extend({ typing: z.boolean() })

/** A page shows one conversation, perhaps a few; more is not a person. */
const mostOpen = 20
/** What a page may ask at once, and a second after that. Somebody who holds down an arrow key asks about thirty. */
const burst = 60
const perSecond = 30

type Answer = { ok: true } | { ok: false, code: string }

/** Answers what a page asks. Everything is checked: its form, how often, and whether this person may see what it names. */
export function answerPage(ctx: Context, page: Page, presence: Presence): void {
  const allowed = createBucket(ctx.now)

  /** Runs what was asked when it is well formed and not too often; tells a page that waits for it how it went. */
  async function when<T>(schema: z.ZodType<T>, event: unknown, ack: unknown, run: (event: T) => void | Promise<void>): Promise<void> {
    const answer = (result: Answer) => { if (typeof ack === 'function') ack(result) }
    const parsed = schema.safeParse(event)
    if (!parsed.success) return answer({ ok: false, code: 'invalid' })
    if (!allowed()) return answer({ ok: false, code: 'too_many' })
    try {
      await run(parsed.data)
      answer({ ok: true })
    }
    catch (error) {
      if (!(error instanceof LoupeError)) ctx.log.error({ err: error }, 'a page could not be answered')
      answer({ ok: false, code: error instanceof LoupeError ? error.code : 'internal' })
    }
  }

  page.on('conversation:open', (event, ack) => void when(Named, event, ack, async ({ conversationId }) => {
    if (openedBy(page).length >= mostOpen) throw new LoupeError('too_many', 'Too many conversations are open.')
    await visibleConversation(ctx, page.data.actor, conversationId)
    if (page.disconnected) return
    await page.join(conversationRoom(conversationId))
    presence.open(page, conversationId)
  }))

  page.on('conversation:close', event => void when(Named, event, undefined, async ({ conversationId }) => {
    await page.leave(conversationRoom(conversationId))
  }))

  page.on('typing', event => void when(Typing, event, undefined, ({ conversationId, typing }) => {
    // Whoever has lost sight of a conversation is no longer in its room, whatever the page believes.
    if (page.rooms.has(conversationRoom(conversationId))) presence.typing(page, conversationId, typing)
  }))
}

function openedBy(page: Page): string[] {
  return [...page.rooms].filter(isConversationRoom)
}

function createBucket(now: () => number): () => boolean {
  let tokens = burst
  let at = now()
  return () => {
    tokens = Math.min(burst, tokens + (now() - at) / 1000 * perSecond)
    at = now()
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
