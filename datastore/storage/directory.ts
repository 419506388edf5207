import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** What a refusal of the system means to whoever chose the place, and what they can do. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'this account may not use it; give it the right to, or choose another directory',
  EDQUOT: 'this account has used up its share of the disk; make room, or choose another directory',
  EEXIST: 'it is not a directory; choose another place',
  EISDIR: 'it is a directory where a file belongs; move it away',
  ELOOP: 'its links lead in a circle; choose another directory',
  ENAMETOOLONG: 'it is longer than a path may be; choose a shorter one',
  ENOENT: 'files cannot be made there; choose another directory',
  ENOSPC: 'the disk is full; make room, or choose another directory',
  ENOTDIR: 'a part of it is not a directory; choose another place',
  EPERM: 'this account may not use it; give it the right to, or choose another directory',
  EROFS: 'the disk can only be read; choose another directory',
}

/**
 * What keeps a place on disk from taking data, as a sentence that names the place. Writing to a file that is open tells no place.
 * @returns undefined for an error that is not about a place
 */
export function diskRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return undefined
  const reason = REFUSALS[error.code]
  if (reason === undefined)
    return undefined
  if ('path' in error && typeof error.path === 'string')
    return `${error.path}: ${reason}`
  return 'syscall' in error && error.syscall === 'write' ? reason : undefined
}

/**
 * Makes a directory that only this user can enter, and what is missing above it. Node's own way of making both does not end where a file system refuses every new name as one
 * that is not there, as `/proc` does.
 * @throws the system's error, which `diskRefusal` can put in words
 */
export function makeDirectory(dir: string): void {
  const missing: string[] = []
  for (let path = resolve(dir); !isDirectory(path); path = dirname(path))
    missing.unshift(path)
  for (const path of missing)
    makeOne(path)
}

/** Another process may make it at the same moment. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  }
  catch (error) {
    if (!isDirectory(path))
      throw error
  }
}

/** False also for what this user cannot look at: making it then says why. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  }
  catch {
    return false
  }
}
