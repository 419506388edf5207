import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { ClientToServer, ServerToClient } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'

/** What is known of a connected page. */
export interface PageData {
  actor: AdvisorActor
}

/** Somebody who has a conversation open, as one of their pages tells it. */
export interface Viewer { id: string, name: string, typingUntil: number }

/** What processes on the same database tell each other, besides what goes to pages. */
export interface BetweenProcesses {
  /** Everyone who has a conversation open on the process `from`. */
  'viewers': (seen: { from: string, conversationId: string, viewers: Viewer[] }) => void
  /** Conversations changed that people with these scopes may see. */
  'scopes:changed': (scopes: string[]) => void
}

export type Io = Server<ClientToServer, ServerToClient, BetweenProcesses, PageData>
export type Page = Socket<ClientToServer, ServerToClient, DefaultEventsMap, PageData>
