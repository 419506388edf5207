import process from 'node:process'
import { parseArgs } from 'node:util'
import { restoreStore, salvageStore } from '#datastore'
import { runCommand } from './command.ts'
import { storePlace } from './store-place.ts'

const usage = `Puts a backup where the embedded store is to be, and verifies it before it does. Loupe must not be running.

  npm run restore -- --from DIR [--dir STORE] [--replace]
  npm run restore -- --from DAMAGED --dir NEW --salvage

--from DIR   what "npm run backup" made; also without --from
--dir STORE  the store's directory, by default the one under DATA_DIR
--replace    put it in the place of a store that is there, which is then gone
--salvage    save what can be read of a damaged store into a new directory`

/** What was asked for; a sentence to print when it was not asked for well. */
function readArguments(args: string[]): { from: string, dir?: string, replace: boolean, salvage: boolean } | string {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { from: { type: 'string' }, dir: { type: 'string' }, replace: { type: 'boolean' }, salvage: { type: 'boolean' } } })
    const [first, ...more] = values.from === undefined ? positionals : [values.from, ...positionals]
    if (!first || more.length > 0 || (values.salvage && (values.dir === undefined || values.replace))) return usage
    return { from: first, replace: values.replace ?? false, salvage: values.salvage ?? false, ...(values.dir === undefined ? {} : { dir: values.dir }) }
  }
  catch (error) { return `${error instanceof Error ? error.message : 'The arguments are not valid.'}\n\n${usage}` }
}

/** Says of every collection how much of it was saved. */
async function salvage(from: string, dir: string): Promise<void> {
  const saved = await salvageStore({ from, dir })
  for (const { namespace, documents, counted, withoutIndexes } of saved)
    process.stdout.write(`${namespace}: ${documents} of ${counted} documents${withoutIndexes.length > 0 ? `, without the indexes ${withoutIndexes.join(', ')}` : ''}\n`)
}

async function restore(asked: { from: string, dir?: string, replace: boolean, salvage: boolean }): Promise<void> {
  const dir = storePlace(asked.dir)
  if (asked.salvage) return salvage(asked.from, dir)
  const { contents, at } = await restoreStore({ from: asked.from, dir, replace: asked.replace })
  const documents = contents.reduce((sum, collection) => sum + collection.documents, 0)
  process.stdout.write(`${dir}: ${documents} documents of ${contents.length} collections as of ${at}, verified\n`)
}

await runCommand({ usage, read: readArguments, work: restore })
