import { Buffer } from 'node:buffer'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The longest path a socket may have on every system is about 100 bytes. */
const MAX_SOCKET_PATH = 100
const SOCKET = 'store.sock'
/** Says, in the data directory, where the socket is when it could not be there. */
const ELSEWHERE = 'socket.path'

/** Drivers decode the path in a connection string more than once, so that it may not hold what looks like a code. */
function canBeReached(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH && !path.includes('%')
}

/** A path for the private socket in a directory only this user can enter: under the data, or in a temporary one when drivers could not reach it there. */
export function makeSocketPlace(dir: string): { path: string, remove: () => void } {
  const near = join(dir, 'run')
  const path = join(near, SOCKET)
  const pointer = join(dir, ELSEWHERE)
  rmSync(pointer, { force: true })
  if (canBeReached(path)) {
    mkdirSync(near, { recursive: true, mode: 0o700 })
    chmodSync(near, 0o700)
    rmSync(path, { force: true })
    return { path, remove: () => rmSync(near, { recursive: true, force: true }) }
  }
  const short = mkdtempSync(join(tmpdir(), 'ds-'))
  writeFileSync(pointer, join(short, SOCKET), { mode: 0o600 })
  return {
    path: join(short, SOCKET),
    remove: () => {
      rmSync(pointer, { force: true })
      rmSync(short, { recursive: true, force: true })
    },
  }
}

/** The private socket of the store that runs over a directory; undefined when there is none. One left behind by a process that is gone answers nobody. */
export function findSocket(dir: string): string | undefined {
  const near = join(resolve(dir), 'run', SOCKET)
  if (existsSync(near))
    return near
  const pointer = join(dir, ELSEWHERE)
  return existsSync(pointer) ? readFileSync(pointer, 'utf8') : undefined
}
