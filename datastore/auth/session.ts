import type { Role } from './roles.ts'
import type { ClientFirst, Credential } from './scram.ts'

/** Somebody who has signed in on a connection. */
export interface SignedIn { name: string, database: string, roles: readonly Role[], /** `Users.version` when the roles were read. */ version: number }

/** A sign-in that has begun: what both sides have said. */
export interface Conversation {
  database: string
  first: ClientFirst
  sent: string
  credential: Credential
  /** The reply to the proof is the last one, without an empty message after it. */
  short: boolean
  /** Set once the proof was right. */
  proven?: true
  began: number
}

/** Who is at the other end of a connection. */
export interface Session {
  id: number
  /** A path for the private socket, otherwise the peer's address. */
  address: string
  /** Needs no password: it came over the private socket, or the store runs without. */
  trusted: boolean
  /** It came over the private socket, which only the owner of the files can reach. */
  isOwner: boolean
  user?: SignedIn
  conversation?: Conversation
  /** Close the connection once the answer is written. */
  ending?: true
}
