import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../errors.ts'
import { openEnvironment } from '../storage/environment.ts'
import { copyEnvironment } from './backup.ts'
import { besides, DATA_FILE, discard, syncPath } from './files.ts'

/**
 * Writes the files of a closed store anew, without what was deleted: the room it took up is given back, and nothing of it is left in them.
 * The new file takes the place of the old one in one step, once it is on disk.
 * @returns how many bytes smaller the files are
 * @throws DatastoreError OperationFailed when the copy does not hold what the store holds; the store is then as it was
 */
export async function compactFiles(dir: string): Promise<number> {
  const draft = besides(join(dir, DATA_FILE), 'compact')
  mkdirSync(draft, { mode: 0o700 })
  try {
    const environment = openEnvironment(dir)
    let wanted: number[]
    try {
      await copyEnvironment(environment, draft)
      wanted = entriesOf(environment)
    }
    finally {
      await environment.close()
    }
    const copy = openEnvironment(draft)
    const held = entriesOf(copy)
    await copy.close()
    if (held.join() !== wanted.join())
      fail('OperationFailed', 'The compacted copy does not hold what the store holds')
    const before = statSync(join(dir, DATA_FILE)).size
    const after = statSync(join(draft, DATA_FILE)).size
    syncPath(join(draft, DATA_FILE))
    renameSync(join(draft, DATA_FILE), join(dir, DATA_FILE))
    // The journal holds what was written last, and the readers' table belongs to the old file.
    for (const file of ['journal', 'lock.mdb'])
      rmSync(join(dir, file), { force: true })
    syncPath(dir)
    return before - after
  }
  finally {
    discard(draft)
  }
}

function entriesOf({ documents, indexes, catalogue, changes }: ReturnType<typeof openEnvironment>): number[] {
  return [documents, indexes, catalogue, changes].map(table => table.getKeysCount())
}

/** Removes what an interrupted compaction has left in a store's directory. */
export function discardDrafts(dir: string, names: readonly string[]): void {
  for (const name of names) {
    if (name.startsWith(`.${DATA_FILE}.compact-`) && existsSync(join(dir, name)))
      discard(join(dir, name))
  }
}
