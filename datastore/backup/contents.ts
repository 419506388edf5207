import type { Manifest } from './manifest.ts'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../errors.ts'
import { Catalogue } from '../storage/catalogue.ts'
import { openEnvironment } from '../storage/environment.ts'
import { verifyAtOnce } from '../storage/verify.ts'

/**
 * Reads all that the store's files in a directory hold, compares every index with the documents, and leaves nothing behind but the data.
 * @returns what is there
 * @throws DatastoreError OperationFailed when something is wrong
 */
export async function verifyContents(dir: string): Promise<Manifest['contents']> {
  const environment = openEnvironment(dir)
  let contents: Manifest['contents']
  let problems: string[]
  try {
    const collections = new Catalogue(environment).list()
    contents = collections.map(({ namespace, count, indexes }) => ({ namespace, documents: count, indexes: indexes.length + 1 }))
    problems = verifyAtOnce(environment, collections)
  }
  finally {
    await environment.close()
  }
  for (const file of ['lock.mdb', 'journal'])
    rmSync(join(dir, file), { force: true })
  return problems.length === 0 ? contents : fail('OperationFailed', `The copy in ${dir} is not as it should be: ${problems.slice(0, 3).join('; ')}`)
}
