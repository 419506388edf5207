import type { DraftView } from '#contracts'
import type { Conversation, Message, Note, StoredSignal } from '../models/index.ts'

/** What happens inside this process, for whoever reacts to it. Carries documents, so that nobody has to read them again. */
export interface BusEvents {
  /** Deliveries were answered: they are on disk, and in the store or on their way to it. */
  'deliveries.accepted': { count: number }
  /** Deliveries are in the store: intake has work. */
  'deliveries.stored': { count: number }
  /** Something is due in the outbox at this time. */
  'outbox.due': { at: Date }
  /** `before`, where whoever wrote it knows, says who could see it until now. */
  'conversation.changed': { conversation: Conversation, before?: Pick<Conversation, 'storeIds' | 'ownerId' | 'mergedInto'> }
  /** An advisor has read it; the customer may be shown that. */
  'conversation.read': { conversationId: string }
  /** It was joined to another one (`mergedInto`) and stands in no list any more. */
  'conversation.gone': { conversation: Conversation }
  /** Much of a thread was moved away or came to it at once: whoever has it open loads it anew. */
  'thread.changed': { conversationId: string, revision: number }
  'message.changed': { message: Message }
  'signal.added': { signal: StoredSignal }
  'note.added': { note: Note, authorName: string }
  'customer.changed': { customerId: string, conversationId: string, revision: number }
  'draft.changed': { conversationId: string, advisorId: string, draft: DraftView }
  'session.ended': { advisorId: string, sessionId: string | null, reason: 'signed_out' | 'expired' | 'role_changed' }
  /** A provider finds the whole number too fast: nothing leaves through it until then. */
  'channel.slowed': { channelId: string, until: Date }
  /** A provider refuses our token, or takes it again. */
  'channel.changed': { channelId: string }
}

export interface Bus {
  /** Calls `listener` for every event of that name until the returned function is called. A listener that throws harms no other. */
  on: <K extends keyof BusEvents>(name: K, listener: (event: BusEvents[K]) => void) => () => void
  emit: <K extends keyof BusEvents>(name: K, event: BusEvents[K]) => void
}

type Listeners = { [K in keyof BusEvents]?: Set<(event: BusEvents[K]) => void> }

/** A typed, synchronous event bus. `onError` hears what a listener threw. */
export function createBus(onError: (error: unknown) => void): Bus {
  const listeners: Listeners = {}
  return {
    on(name, listener) {
      const set = (listeners[name] ??= new Set() as NonNullable<Listeners[typeof name]>)
      set.add(listener)
      return () => set.delete(listener)
    },
    emit(name, event) {
      for (const listener of listeners[name] ?? []) {
        try { listener(event) }
        catch (error) { onError(error) }
      }
    },
  }
}
