import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectory } from '#datastore'

/**
 * The house's secret as kept under `dataDir`; made there, readable by its owner only, the first time. Two processes that start together agree on
 * one, because only one of them can give its draft the name; and no half of a secret ever has it, however full the disk.
 */
export function secretOf(dataDir: string): string {
  makeDirectory(dataDir)
  const path = join(dataDir, 'secret')
  return kept(path) ?? make(path)
}

function kept(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim()
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function make(path: string): string {
  const made = randomBytes(48).toString('base64url')
  const draft = `${path}.${randomUUID()}`
  try {
    writeFileSync(draft, made, { mode: 0o600, flag: 'wx', flush: true })
    linkSync(draft, path)
    return made
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFileSync(path, 'utf8').trim()
  }
  finally {
    rmSync(draft, { force: true })
  }
}
