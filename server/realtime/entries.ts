import type { Message } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Io } from './io.ts'
import { messageEntries, noteEntry, signalEntry, standsInThread } from '../conversations/index.ts'
import { conversationRoom, personRoom } from './audience.ts'
import { createBatch } from './batch.ts'

const gatherMs = 15

/** Pushes what is added to a thread, or changes in it, to those who have it open. Returns how to stop. */
export function pushEntries(ctx: Context, io: Io, isShared: () => boolean): () => void {
  // Of pages on other processes it is not known what they have open.
  const isOpen = (conversationId: string) => isShared() || io.sockets.adapter.rooms.has(conversationRoom(conversationId))

  async function pushMessages(messages: Message[]): Promise<void> {
    const entries = await messageEntries(ctx, messages)
    messages.forEach(({ conversationId, revision }, index) => {
      io.to(conversationRoom(conversationId)).emit('entry:changed', { conversationId, entry: entries[index]!, revision })
    })
  }

  const messages = createBatch<Message>({
    ms: gatherMs,
    newer: (before, after) => after.revision >= before.revision,
    handle: items => void pushMessages(items).catch(error => ctx.log.error({ err: error }, 'entries could not be pushed')),
  })

  const off = [
    ctx.bus.on('message.changed', ({ message }) => {
      if (isOpen(message.conversationId)) messages.add(message._id, message)
    }),
    ctx.bus.on('thread.changed', ({ conversationId, revision }) => {
      io.to(conversationRoom(conversationId)).emit('thread:changed', { conversationId, revision })
    }),
    ctx.bus.on('signal.added', ({ signal }) => {
      const { conversationId, revision } = signal
      if (conversationId && isOpen(conversationId) && standsInThread(signal)) io.to(conversationRoom(conversationId)).emit('entry:changed', { conversationId, entry: signalEntry(signal), revision })
    }),
    ctx.bus.on('note.added', ({ note, authorName }) => {
      const { conversationId, revision } = note
      io.to(conversationRoom(conversationId)).emit('entry:changed', { conversationId, entry: noteEntry(note, authorName), revision })
    }),
    ctx.bus.on('customer.changed', ({ conversationId, revision }) => {
      io.to(conversationRoom(conversationId)).emit('customer:changed', { conversationId, revision })
    }),
    // The page that saved it knows it already and sees that it is the same.
    ctx.bus.on('draft.changed', ({ advisorId, conversationId, draft }) => {
      io.to(personRoom(advisorId)).emit('draft:changed', { conversationId, draft })
    }),
  ]
  return () => { for (const stop of off) stop(); messages.stop() }
}
