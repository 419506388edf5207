import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The house's secret as kept under `dataDir`; made there, readable by its owner only, the first time. Two processes that start together agree on
 * one, because only one of them can create the file.
 */
export function secretOf(dataDir: string): string {
  const path = join(dataDir, 'secret')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    const made = randomBytes(48).toString('base64url')
    writeFileSync(path, made, { mode: 0o600, flag: 'wx' })
    return made
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFileSync(path, 'utf8').trim()
  }
}
