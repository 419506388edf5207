import type { Environment } from '../storage/environment.ts'
import type { Manifest } from './manifest.ts'
import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail } from '../errors.ts'
import { findSocket } from '../socket-place.ts'
import { makeDirectory } from '../storage/directory.ts'
import { openEnvironment } from '../storage/environment.ts'
import { ask } from '../wire/ask.ts'
import { verifyContents } from './contents.ts'
import { besides, checksum, DATA_FILE, discard, isFree, syncPath } from './files.ts'
import { writeManifest } from './manifest.ts'

/** What to back up and where to. */
export interface BackupOptions {
  /** The directory of the store, which may be running. */
  dir: string
  /** A directory that does not exist yet or is empty. */
  to: string
  now?: () => Date
}

/**
 * Copies a store as it is at one moment, whatever is written meanwhile, without the room that deleted data took up, and verifies the copy. `to` appears only when
 * all is well. A store that is running makes the copy itself; another is opened for it.
 * @returns what the backup holds
 * @throws DatastoreError OperationFailed when there is no store, the target is not free, or the copy is not as it should be
 */
export async function backupStore(options: BackupOptions): Promise<Manifest> {
  const dir = resolve(options.dir)
  const to = resolve(options.to)
  if (!existsSync(join(dir, DATA_FILE)))
    fail('OperationFailed', `There is no store in ${dir}`)
  if (!isFree(to))
    fail('OperationFailed', `${to} is not empty: a backup needs a directory of its own`)
  makeDirectory(dirname(to))
  const draft = besides(to, 'backup')
  mkdirSync(draft, { mode: 0o700 })
  try {
    const at = (options.now ?? (() => new Date()))().toISOString()
    if (!await askForCopy(dir, draft))
      await copyClosed(dir, draft)
    const contents = await verifyContents(draft)
    const data = join(draft, DATA_FILE)
    chmodSync(data, 0o600)
    syncPath(data)
    const manifest: Manifest = { format: 1, at, bytes: statSync(data).size, sha256: await checksum(data), contents }
    writeManifest(draft, manifest)
    syncPath(draft)
    renameSync(draft, to)
    syncPath(dirname(to))
    return manifest
  }
  finally {
    discard(draft)
  }
}

/** Has the store that runs over a directory copy itself. @returns false when none answers */
async function askForCopy(dir: string, to: string): Promise<boolean> {
  const socket = findSocket(dir)
  if (socket === undefined)
    return false
  try {
    await ask(socket, { backup: 1, to })
    return true
  }
  catch (error) {
    // A socket that was left behind by a process that is gone.
    if (['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false
    throw error
  }
}

async function copyClosed(dir: string, to: string): Promise<void> {
  const environment = openEnvironment(dir)
  try {
    await copyEnvironment(environment, to)
  }
  finally {
    await environment.close()
  }
}

/** Copies the files of an open store into an empty directory, as they are after what was written before the call. */
export async function copyEnvironment(environment: Environment, to: string): Promise<void> {
  await environment.settle()
  await environment.root.backup(to, true)
}
