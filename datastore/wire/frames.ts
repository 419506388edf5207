import type { Fields } from '../bson/decode.ts'
import { Buffer } from 'node:buffer'
import { decodeDocument } from '../bson/decode.ts'
import { validateDocument } from '../bson/layout.ts'
import { fail } from '../errors.ts'
import { decodeBody } from './lists.ts'

/** The largest message MongoDB takes: 48,000,000 bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000
const HEADER_BYTES = 16
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2
const KNOWN_REQUIRED_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME

/** A request as it came in: the body decoded, the documents of kind 1 sections, and of the list that may be one, as their bytes. */
export interface Request {
  id: number
  legacy: boolean
  /** The sender waits for a reply. */
  answered: boolean
  body: Fields
  /** The body's bytes. */
  bytes: Buffer
  sequences: Map<string, Buffer[]>
}

/**
 * Reads one whole message. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 * @throws DatastoreError for one that is malformed or of a kind not spoken here; the connection is then closed
 */
export function readMessage(message: Buffer): Request {
  const id = message.readInt32LE(4)
  const operation = message.readInt32LE(12)
  if (operation === OP_MSG)
    return readMsg(message, id)
  if (operation === OP_QUERY)
    return readQuery(message, id)
  return fail('ProtocolError', `operation ${operation} is not spoken here`)
}

function readMsg(message: Buffer, id: number): Request {
  if (message.length < HEADER_BYTES + 4 + 6)
    return fail('ProtocolError', 'message too short')
  const flags = message.readUInt32LE(HEADER_BYTES)
  if ((flags & 0xFFFF & ~KNOWN_REQUIRED_FLAGS) !== 0)
    return fail('ProtocolError', 'unknown flags')
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  const sequences = new Map<string, Buffer[]>()
  let body: Buffer | undefined
  let at = HEADER_BYTES + 4
  while (at < end) {
    const kind = message[at++]!
    if (kind === 0) {
      if (body)
        return fail('ProtocolError', 'two bodies')
      const after = validateDocument(message, at, end)
      body = message.subarray(at, after)
      at = after
    }
    else if (kind === 1) {
      at = readSequence(message, at, end, sequences)
    }
    else {
      return fail('ProtocolError', `unknown section kind ${kind}`)
    }
  }
  if (!body)
    return fail('ProtocolError', 'no body')
  return { id, legacy: false, answered: (flags & MORE_TO_COME) === 0, body: decodeBody(body, sequences), bytes: body, sequences }
}

function readSequence(message: Buffer, offset: number, limit: number, sequences: Map<string, Buffer[]>): number {
  if (limit - offset < 5)
    return fail('ProtocolError', 'section too short')
  const end = offset + message.readInt32LE(offset)
  const zero = message.indexOf(0, offset + 4)
  if (end > limit || zero < 0 || zero >= end)
    return fail('ProtocolError', 'section length does not fit')
  const name = message.toString('utf8', offset + 4, zero)
  if (sequences.has(name))
    return fail('ProtocolError', 'two sections of one name')
  const documents: Buffer[] = []
  let at = zero + 1
  while (at < end) {
    const after = validateDocument(message, at, end)
    documents.push(message.subarray(at, after))
    at = after
  }
  sequences.set(name, documents)
  return end
}

/** The legacy form in which drivers say hello before they know better. */
function readQuery(message: Buffer, id: number): Request {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4)
  if (nameEnd < 0 || nameEnd + 9 > message.length)
    return fail('ProtocolError', 'message too short')
  const name = message.toString('utf8', HEADER_BYTES + 4, nameEnd)
  if (!name.endsWith('.$cmd'))
    return fail('ProtocolError', 'legacy queries are not spoken here')
  const at = nameEnd + 9
  const bytes = message.subarray(at, validateDocument(message, at, message.length))
  return { id, legacy: true, answered: true, body: { ...decodeDocument(bytes), $db: name.slice(0, -5) }, bytes, sequences: new Map() }
}

/** A reply to a request: one BSON document in the form the request was made in. */
export function writeReply(request: Request, reply: Buffer, id: number): Buffer {
  const extra = request.legacy ? 20 : 5
  const size = HEADER_BYTES + extra + reply.length
  const message = Buffer.allocUnsafe(size)
  message.writeInt32LE(size, 0)
  message.writeInt32LE(id, 4)
  message.writeInt32LE(request.id, 8)
  message.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12)
  message.fill(0, HEADER_BYTES, HEADER_BYTES + extra)
  if (request.legacy) {
    message.writeInt32LE(8, HEADER_BYTES)
    message.writeInt32LE(1, HEADER_BYTES + 16)
  }
  reply.copy(message, HEADER_BYTES + extra)
  return message
}
