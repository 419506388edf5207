import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { encodeDocument } from '../bson/encode.ts'
import { MAX_STRANGERS_BYTES, messageCutter } from './connection.ts'
import { readMessage, writeReply } from './frames.ts'

/** How long somebody who is turned away may take to say something that can be answered. */
const PATIENCE_MILLIS = 2000

/** Turns a connection away: its first message is answered with an error and the connection closed. */
export function refuseConnection(socket: Socket, error: { code: number, codeName: string, message: string }): void {
  const timer = setTimeout(() => socket.destroy(), PATIENCE_MILLIS)
  const take = messageCutter((message) => {
    const reply = encodeDocument({ ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName })
    socket.removeAllListeners('data')
    socket.end(writeReply(readMessage(message), reply, 1))
  }, () => MAX_STRANGERS_BYTES)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    try {
      take(chunk)
    }
    catch {
      socket.destroy()
    }
  })
}
