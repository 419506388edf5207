import process from 'node:process'
import { parseArgs } from 'node:util'
import { backupStore } from '#datastore'
import { runCommand } from './command.ts'
import { storePlace } from './store-place.ts'

const usage = `Copies the embedded store into a new directory, also while Loupe runs, and verifies the copy.

  npm run backup -- --to DIR [--dir STORE]

--to DIR     a directory that does not exist yet or is empty; also without --to
--dir STORE  the store's directory, by default the one under DATA_DIR

What is encrypted in it opens with LOUPE_SECRET only (or the file "secret" under DATA_DIR): keep that too, in another place.`

/** What was asked for; a sentence to print when it was not asked for well. */
function readArguments(args: string[]): { to: string, dir?: string } | string {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: 'string' }, dir: { type: 'string' } } })
    const [first, ...more] = values.to === undefined ? positionals : [values.to, ...positionals]
    if (!first || more.length > 0) return usage
    return { to: first, ...(values.dir === undefined ? {} : { dir: values.dir }) }
  }
  catch (error) { return `${error instanceof Error ? error.message : 'The arguments are not valid.'}\n\n${usage}` }
}

async function backUp(asked: { to: string, dir?: string }): Promise<void> {
  const { contents, bytes } = await backupStore({ dir: storePlace(asked.dir), to: asked.to })
  const documents = contents.reduce((sum, collection) => sum + collection.documents, 0)
  process.stdout.write(`${asked.to}: ${documents} documents of ${contents.length} collections, ${(bytes / 1024 / 1024).toFixed(1)} MB, verified\n`)
}

await runCommand({ usage, read: readArguments, work: backUp })
