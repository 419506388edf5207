import type { DefaultEventsMap, Server, Socket } from 'socket.io'
import type { ClientToServer, ServerToClient } from '#contracts'
import type { AdvisorActor } from '../accounts/index.ts'

/** What is known of a connected page. */
export interface PageData {
  actor: AdvisorActor
}

export type Io = Server<ClientToServer, ServerToClient, DefaultEventsMap, PageData>
export type Page = Socket<ClientToServer, ServerToClient, DefaultEventsMap, PageData>
