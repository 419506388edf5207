import type { Fields } from '../bson/decode.ts'
import type { Conversation, Session } from './session.ts'
import type { Users } from './users.ts'
import { Buffer } from 'node:buffer'
import { Binary, Int32 } from 'bson'
import { DatastoreError, fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { Attempts } from './attempts.ts'
import { pretendedCredential, readClientFirst, serverFinal, serverFirst } from './scram.ts'

export const MECHANISM = 'SCRAM-SHA-256'
const MOST_FAILURES_OF_NAME = 10
const MOST_FAILURES_OF_ADDRESS = 100
/** How long a sign-in may take from its first message to its last. */
const CONVERSATION_MILLIS = 30_000
const CONVERSATION_ID = 1

/** Signing in by SCRAM-SHA-256, as drivers do it: RFC 5802, RFC 7677 and MongoDB's authentication specification. */
export class SignIn {
  private readonly users: Users
  private readonly now: () => number
  private readonly ofName: Attempts
  private readonly ofAddress: Attempts

  constructor(users: Users, now: () => number) {
    this.users = users
    this.now = now
    this.ofName = new Attempts(MOST_FAILURES_OF_NAME, now)
    this.ofAddress = new Attempts(MOST_FAILURES_OF_ADDRESS, now)
  }

  /**
   * Takes the first message. A name that nobody has is answered like any other.
   * @throws DatastoreError MechanismUnavailable (334), AuthenticationFailed (18)
   */
  async start(session: Session, database: string, body: Fields): Promise<Fields> {
    if (body.mechanism !== MECHANISM)
      fail('MechanismUnavailable', `Received authentication for mechanism ${String(body.mechanism).slice(0, 64)} which is unknown or not enabled`)
    const first = readClientFirst(payloadOf(body)) ?? failed()
    const pretended = pretendedCredential(await this.users.ownSecret(), `${database}.${first.user}`)
    const known = this.users.find(first.user, database)
    const credential = known?.credential ?? pretended
    const sent = serverFirst(first, credential)
    session.conversation = { database, first, sent, credential, short: isDocument(body.options) && body.options.skipEmptyExchange === true, began: this.now() }
    return reply(false, sent)
  }

  /** Takes the proof, and the empty message after it where the client sends one. @throws DatastoreError AuthenticationFailed (18) or ProtocolError (17) */
  continue(session: Session, body: Fields): Fields {
    const conversation = session.conversation ?? fail('ProtocolError', 'No SASL session state found')
    delete session.conversation
    if (Number(body.conversationId) !== CONVERSATION_ID)
      fail('ProtocolError', 'sasl: Mismatched conversation id')
    if (conversation.proven)
      return reply(true, '')
    return this.prove(session, conversation, payloadOf(body))
  }

  private prove(session: Session, conversation: Conversation, payload: Buffer): Fields {
    const { first, database, sent, credential } = conversation
    const key = `${session.address} ${database}.${first.user}`
    const heard = this.ofName.mayTry(key) && this.ofAddress.mayTry(session.address) && this.now() - conversation.began < CONVERSATION_MILLIS
    const final = serverFinal(first, sent, credential, payload)
    const user = this.users.find(first.user, database)
    if (!heard || final === undefined || !user?.credential.storedKey.equals(credential.storedKey)) {
      this.ofName.failed(key)
      this.ofAddress.failed(session.address)
      if (!heard)
        session.ending = true
      return failed()
    }
    this.ofName.succeeded(key)
    session.user = { name: user.name, database, roles: user.roles, version: this.users.version }
    if (!conversation.short)
      session.conversation = { ...conversation, proven: true }
    return reply(conversation.short, final)
  }
}

function payloadOf(body: Fields): Buffer {
  const { payload } = body
  return payload instanceof Binary ? Buffer.from(payload.value()) : typeof payload === 'string' ? Buffer.from(payload, 'base64') : failed()
}

function reply(done: boolean, payload: string): Fields {
  return { conversationId: new Int32(CONVERSATION_ID), done, payload: new Binary(Buffer.from(payload)) }
}

/** One sentence for everything that can be wrong, so that it tells nothing. */
function failed(): never {
  throw new DatastoreError('AuthenticationFailed', 'Authentication failed.')
}
