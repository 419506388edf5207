import { createHash, randomUUID } from 'node:crypto'
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** LMDB's file. */
export const DATA_FILE = 'data.mdb'

/** Whether there is nothing at a path, or a directory with nothing in it. */
export function isFree(path: string): boolean {
  return !existsSync(path) || (statSync(path).isDirectory() && readdirSync(path).length === 0)
}

/** A name beside a path that nobody else uses, for what is not finished yet. */
export function besides(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${what}-${randomUUID()}`)
}

/** Removes a directory that was made by `besides`. */
export function discard(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

/** Brings a file or a directory's list of files to disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  }
  finally {
    closeSync(file)
  }
}

/** The SHA-256 of a file, in hexadecimal digits. */
export async function checksum(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path))
    hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
