import type { ConversationRow, DraftView, QueueCounts } from './inbox.ts'
import type { ThreadEntry } from './thread.ts'

/** What the server pushes. Each event carries the revision it brings the client to. */
export interface ServerToClient {
  /** A row changed, or came into sight. */
  'conversation:changed': (event: { row: ConversationRow, revision: number }) => void
  /** The reader may no longer see it; `mergedInto` when it was joined to another one, where everything of it now stands. */
  'conversation:gone': (event: { id: string, revision: number, mergedInto?: string }) => void
  /** Much of an open thread was moved away or came to it at once: load it anew. */
  'thread:changed': (event: { conversationId: string, revision: number }) => void
  /** An entry of an open thread was added or changed. Sent to those who opened the conversation. */
  'entry:changed': (event: { conversationId: string, entry: ThreadEntry, revision: number }) => void
  'customer:changed': (event: { conversationId: string, revision: number }) => void
  /** Who else has this conversation open, and who of them is writing. */
  'presence': (event: { conversationId: string, viewers: { id: string, name: string, typing: boolean }[] }) => void
  'draft:changed': (event: { conversationId: string, draft: DraftView }) => void
  'queues:changed': (event: { counts: QueueCounts }) => void
  /** The session ended or its rights changed: sign in again or reload. */
  'session:ended': (event: { reason: 'signed_out' | 'expired' | 'role_changed' }) => void
}

export type Ack<T = object> = (answer: ({ ok: true } & T) | { ok: false, code: string }) => void

/** What the client asks. Every one is checked against what this person may see. */
export interface ClientToServer {
  'conversation:open': (event: { conversationId: string }, ack: Ack) => void
  'conversation:close': (event: { conversationId: string }) => void
  'typing': (event: { conversationId: string, typing: boolean }) => void
}
