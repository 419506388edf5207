import type { Fields } from '../bson/decode.ts'
import { Buffer } from 'node:buffer'
import { connect } from 'node:net'
import { decodeDocument } from '../bson/decode.ts'
import { encodeDocument } from '../bson/encode.ts'
import { DatastoreError } from '../errors.ts'
import { messageCutter } from './connection.ts'

const OP_MSG = 2013
const HEADER_BYTES = 16
/** After the header: the flags and the kind of the only section. */
const BODY_AT = HEADER_BYTES + 5

/**
 * Asks the store behind a private socket one command and waits for its answer, however long that takes.
 * @throws DatastoreError with what the store answers; the system's error when nobody answers there
 */
export function ask(socketPath: string, command: Fields): Promise<Fields> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const take = messageCutter((message) => {
      socket.end()
      const reply = decodeDocument(message, BODY_AT, 'plain')
      if (reply.ok === 1)
        resolve(reply)
      else
        reject(new DatastoreError('OperationFailed', String(reply.errmsg)))
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new DatastoreError('OperationFailed', 'the store ended before it answered')))
    socket.on('data', take)
    socket.write(request(command))
  })
}

function request(command: Fields): Buffer {
  const body = encodeDocument({ ...command, $db: 'admin' })
  const message = Buffer.alloc(BODY_AT + body.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(1, 4)
  message.writeInt32LE(OP_MSG, 12)
  body.copy(message, BODY_AT)
  return message
}
