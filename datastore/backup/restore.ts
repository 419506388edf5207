import type { Manifest } from './manifest.ts'
import { copyFileSync, existsSync, mkdirSync, renameSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail } from '../errors.ts'
import { lockDirectory } from '../storage/directory-lock.ts'
import { makeDirectory } from '../storage/directory.ts'
import { verifyContents } from './contents.ts'
import { besides, checksum, DATA_FILE, discard, isFree, syncPath } from './files.ts'
import { readManifest } from './manifest.ts'

/** What to restore and where to. */
export interface RestoreOptions {
  /** A directory that `backupStore` made. */
  from: string
  /** The directory of the store. */
  dir: string
  /** Put the backup in the place of what is there. */
  replace?: boolean
}

/**
 * Puts a backup where a store is to be, and verifies what it has written before it does. What was there stays as it is until then.
 * @returns what the backup holds
 * @throws DatastoreError OperationFailed for a directory that is in use, one that is not empty (unless told to replace it), and a backup that is not as it was made
 */
export async function restoreStore(options: RestoreOptions): Promise<Manifest> {
  const dir = resolve(options.dir)
  const from = resolve(options.from)
  const manifest = readManifest(from)
  refuse(dir, options.replace ?? false)
  makeDirectory(dirname(dir))
  const draft = besides(dir, 'restore')
  mkdirSync(draft, { mode: 0o700 })
  try {
    const data = join(draft, DATA_FILE)
    copyFileSync(join(from, DATA_FILE), data)
    if (statSync(data).size !== manifest.bytes || await checksum(data) !== manifest.sha256)
      fail('OperationFailed', `The backup in ${from} is not as it was made: its data has been changed or damaged`)
    await verifyContents(draft)
    syncPath(data)
    syncPath(draft)
    putInPlace(draft, dir, options.replace ?? false)
    syncPath(dirname(dir))
    return manifest
  }
  finally {
    discard(draft)
  }
}

/** @throws DatastoreError OperationFailed when a store is not to be put here */
function refuse(dir: string, replace: boolean): void {
  if (existsSync(dir))
    lockDirectory(dir)()
  if (!replace && !isFree(dir))
    fail('OperationFailed', `${dir} is not empty: move it away, or say that the backup is to take its place`)
}

function putInPlace(draft: string, dir: string, replace: boolean): void {
  refuse(dir, replace)
  if (!existsSync(dir) || isFree(dir)) {
    if (existsSync(dir))
      rmdirSync(dir)
    renameSync(draft, dir)
    return
  }
  const old = besides(dir, 'replaced')
  renameSync(dir, old)
  try {
    renameSync(draft, dir)
  }
  catch (error) {
    renameSync(old, dir)
    throw error
  }
  discard(old)
}
