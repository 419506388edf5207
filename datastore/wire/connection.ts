import type { Socket } from 'node:net'
import type { Request } from './frames.ts'
import { Buffer } from 'node:buffer'
import { MAX_MESSAGE_BYTES, readMessage, writeReply } from './frames.ts'

/** Answers one request with one BSON document; never rejects. */
export type Handler = (request: Request) => Promise<Buffer> | Buffer

/** How many requests of one connection may wait for their answers before its socket is no longer read. */
const MAX_PENDING = 64
const LENGTH_BYTES = 4
const HEADER_BYTES = 16

/**
 * Speaks MongoDB's wire protocol on a socket: cuts the stream into messages, hands each to the
 * handler in turn and writes the answers in the order of the requests. A malformed message closes the connection.
 */
export function serveConnection(socket: Socket, handle: Handler): void {
  const queue: Request[] = []
  let working = false
  let lastReply = 0

  const work = async (): Promise<void> => {
    working = true
    for (let request = queue.shift(); request && !socket.destroyed; request = queue.shift()) {
      const reply = await handle(request)
      if (request.answered && !socket.destroyed)
        socket.write(writeReply(request, reply, ++lastReply))
      if (socket.isPaused() && queue.length < MAX_PENDING)
        socket.resume()
    }
    working = false
  }
  const take = messageCutter((message) => {
    queue.push(readMessage(message))
    if (queue.length >= MAX_PENDING)
      socket.pause()
    if (!working)
      work().catch(() => socket.destroy())
  })

  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
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

/** Cuts a stream of bytes into messages by the length each begins with. */
export function messageCutter(accept: (message: Buffer) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let length = 0
  return (chunk) => {
    parts.push(chunk)
    length += chunk.length
    while (length >= LENGTH_BYTES) {
      if (parts[0]!.length < LENGTH_BYTES)
        parts = [Buffer.concat(parts)]
      const size = parts[0]!.readInt32LE(0)
      if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES)
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
