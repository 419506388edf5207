import type { Socket } from 'node:net'
import type { Request } from './frames.ts'
import { Buffer } from 'node:buffer'
import { MAX_MESSAGE_BYTES, readMessage, writeReply } from './frames.ts'

/** Answers one request with one BSON document; never rejects. */
export type Handler = (request: Request) => Promise<Buffer> | Buffer

/** How many requests of one connection may wait for their answers before its socket is no longer read. */
const MAX_PENDING = 64

/**
 * Speaks MongoDB's wire protocol on a socket: cuts the stream into messages, hands each to the
 * handler in turn and writes the answers in the order of the requests. A malformed message closes the connection.
 */
export function serveConnection(socket: Socket, handle: Handler): void {
  let received = Buffer.alloc(0)
  let lastReply = 0
  let pending = 0
  let turn = Promise.resolve()

  const answer = async (request: Request): Promise<void> => {
    const reply = await handle(request)
    if (request.answered && !socket.destroyed)
      socket.write(writeReply(request, reply, ++lastReply))
  }
  const finished = (): void => {
    pending--
    if (pending < MAX_PENDING && socket.isPaused())
      socket.resume()
  }
  const accept = (message: Buffer): void => {
    const request = readMessage(message)
    pending++
    turn = turn.then(() => answer(request)).then(finished, () => socket.destroy())
    if (pending >= MAX_PENDING)
      socket.pause()
  }

  socket.setNoDelay?.(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    try {
      for (;;) {
        const size = received.length >= 4 ? received.readInt32LE(0) : 0
        if (received.length >= 4 && (size < 16 || size > MAX_MESSAGE_BYTES)) {
          socket.destroy()
          return
        }
        if (received.length < 16 || received.length < size)
          return
        accept(received.subarray(0, size))
        received = received.subarray(size)
      }
    }
    catch {
      socket.destroy()
    }
  })
}
