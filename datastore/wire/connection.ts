import type { Socket } from 'node:net'
import type { Request } from './frames.ts'
import { Buffer } from 'node:buffer'
import { MAX_MESSAGE_BYTES, readMessage, writeReply } from './frames.ts'

/** Answers one request with one BSON document; never rejects. `gone` is aborted once nobody is there for the answer. */
export type Handler = (request: Request, gone: AbortSignal) => Promise<Buffer> | Buffer

/** What a connection does with what it receives. */
export interface Peer {
  handle: Handler
  /** Whether messages of any length are taken: of strangers only short ones are. */
  isKnown: () => boolean
  /** Whether the connection is to end after the answer that was just given. */
  isEnding: () => boolean
  /** Told of each message that came in and each that went out. */
  received: (bytes: number) => void
  sent: (bytes: number) => void
}

/** How many requests of one connection, and how many bytes of them, may wait for their answers before its socket is no longer read. */
const MAX_PENDING = 64
const MAX_PENDING_BYTES = MAX_MESSAGE_BYTES
/** Greetings and sign-ins are well below it. */
export const MAX_STRANGERS_BYTES = 64 * 1024
const LENGTH_BYTES = 4
const HEADER_BYTES = 16

/**
 * Speaks MongoDB's wire protocol on a socket: cuts the stream into messages, hands each to the handler in turn and writes the answers
 * in the order of the requests. While answers are not read, requests are not taken. A malformed message closes the connection.
 */
export function serveConnection(socket: Socket, peer: Peer): void {
  const queue: { request: Request, bytes: number }[] = []
  let waiting = 0
  let working = false
  let lastReply = 0
  const gone = new AbortController()

  const work = async (): Promise<void> => {
    working = true
    for (let next = queue.shift(); next && !socket.destroyed; next = queue.shift()) {
      const { request, bytes } = next
      const reply = await peer.handle(request, gone.signal)
      waiting -= bytes
      if (request.answered && !socket.destroyed) {
        const message = writeReply(request, reply, ++lastReply)
        peer.sent(message.length)
        if (!socket.write(message))
          await drained(socket)
      }
      if (peer.isEnding())
        return void socket.end()
      if (socket.isPaused() && queue.length < MAX_PENDING && waiting < MAX_PENDING_BYTES)
        socket.resume()
    }
    working = false
  }
  const take = messageCutter((message) => {
    peer.received(message.length)
    queue.push({ request: readMessage(message), bytes: message.length })
    waiting += message.length
    if (queue.length >= MAX_PENDING || waiting >= MAX_PENDING_BYTES)
      socket.pause()
    if (!working)
      work().catch(() => socket.destroy())
  }, () => peer.isKnown() ? MAX_MESSAGE_BYTES : MAX_STRANGERS_BYTES)

  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.once('close', () => gone.abort())
  socket.on('data', (chunk: Buffer) => {
    try {
      take(chunk)
    }
    catch {
      // What follows a malformed message cannot be told apart from it.
      socket.destroy()
    }
  })
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}

/** Cuts a stream of bytes into messages by the length each begins with. @throws RangeError for one longer than `limit` at its beginning */
export function messageCutter(accept: (message: Buffer) => void, limit: () => number = () => MAX_MESSAGE_BYTES): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let length = 0
  return (chunk) => {
    parts.push(chunk)
    length += chunk.length
    while (length >= LENGTH_BYTES) {
      if (parts[0]!.length < LENGTH_BYTES)
        parts = [Buffer.concat(parts)]
      const size = parts[0]!.readInt32LE(0)
      if (size < HEADER_BYTES || size > limit())
        throw new RangeError(`a message of ${size} bytes`)
      if (length < size)
        return
      const whole = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
      accept(whole.subarray(0, size))
      length -= size
      parts = length === 0 ? [] : [whole.subarray(size)]
    }
  }
}
