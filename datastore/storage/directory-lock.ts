import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fail } from '../errors.ts'

/**
 * Takes a directory for this process by a lock file that holds its id. A lock whose process is gone is taken over.
 * @returns the function that gives the directory back
 * @throws DatastoreError OperationFailed when a living process has it
 */
export function lockDirectory(dir: string): () => void {
  const path = join(dir, 'store.lock')
  const mine = `${process.pid} ${startTime(process.pid)} ${randomUUID()}`
  const draft = join(dir, `store.lock.${randomUUID()}`)
  writeFileSync(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (linkedAs(draft, path))
        return () => release(path, mine)
      const holder = readLock(path)
      if (holder && isAlive(holder))
        fail('OperationFailed', `The data directory ${dir} is in use by process ${holder.pid}: stop that one first, or use another directory`)
      rmSync(path, { force: true })
    }
    return fail('OperationFailed', `The data directory ${dir} could not be locked`)
  }
  finally {
    unlinkSync(draft)
  }
}

/** A hard link is made or refused in one step, so two processes cannot both believe to have the lock. */
function linkedAs(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return false
    throw error
  }
}

function release(path: string, mine: string): void {
  try {
    if (readFileSync(path, 'utf8') === mine)
      unlinkSync(path)
  }
  catch {
    // The directory may have been removed while it was open.
  }
}

interface Holder { pid: number, started: string }

function readLock(path: string): Holder | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(path, 'utf8').split(' ')
    return Number(pid) > 0 ? { pid: Number(pid), started } : undefined
  }
  catch {
    return undefined
  }
}

/** A process id may have been given to another process since; where the system tells start times, they decide. */
function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0)
  }
  catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const started = startTime(holder.pid)
  return started === '' || holder.started === '' || started === holder.started
}

function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  }
  catch {
    return ''
  }
}
