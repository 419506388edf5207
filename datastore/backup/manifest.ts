import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { syncPath } from './files.ts'

/** What a backup says of itself, in `backup.json` beside the data. */
export interface Manifest {
  format: 1
  /** When it was made, ISO 8601. */
  at: string
  /** Length and SHA-256 of the data. */
  bytes: number
  sha256: string
  contents: { namespace: string, documents: number, indexes: number }[]
}

const FILE = 'backup.json'

export function writeManifest(dir: string, manifest: Manifest): void {
  writeFileSync(join(dir, FILE), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  syncPath(join(dir, FILE))
}

/** @throws DatastoreError OperationFailed when there is none, or one of another make */
export function readManifest(dir: string): Manifest {
  let text: string
  try {
    text = readFileSync(join(dir, FILE), 'utf8')
  }
  catch {
    return fail('OperationFailed', `${dir} is not a backup: it holds no ${FILE}`)
  }
  const value = parse(text)
  if (!isDocument(value) || value.format !== 1 || typeof value.bytes !== 'number' || typeof value.sha256 !== 'string' || !Array.isArray(value.contents))
    fail('OperationFailed', `${join(dir, FILE)} is not the description of a backup that this version reads`)
  // The fields that are used were looked at.
  return value as unknown as Manifest
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  }
  catch {
    return undefined
  }
}
