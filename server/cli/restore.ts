import process from 'node:process'
import { parseArgs } from 'node:util'
import { restoreStore } from '#datastore'
import { storePlace } from './store-place.ts'

const usage = `Puts a backup where the embedded store is to be, and verifies it before it does. Loupe must not be running.

  npm run restore -- --from DIR [--dir STORE] [--replace]

--from DIR   what "npm run backup" made; also without --from
--dir STORE  the store's directory, by default the one under DATA_DIR
--replace    put it in the place of a store that is there, which is then gone`

/** What was asked for; a sentence to print when it was not asked for well. */
function readArguments(args: string[]): { from: string, dir?: string, replace: boolean } | string {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { from: { type: 'string' }, dir: { type: 'string' }, replace: { type: 'boolean' } } })
    const [first, ...more] = values.from === undefined ? positionals : [values.from, ...positionals]
    if (!first || more.length > 0) return usage
    return { from: first, replace: values.replace ?? false, ...(values.dir === undefined ? {} : { dir: values.dir }) }
  }
  catch (error) { return `${error instanceof Error ? error.message : 'The arguments are not valid.'}\n\n${usage}` }
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2))
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`)
    return 2
  }
  const dir = storePlace(asked.dir)
  const { contents, at } = await restoreStore({ from: asked.from, dir, replace: asked.replace })
  const documents = contents.reduce((sum, collection) => sum + collection.documents, 0)
  process.stdout.write(`${dir}: ${documents} documents of ${contents.length} collections as of ${at}, verified\n`)
  return 0
}

try { process.exitCode = await main() }
catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'The backup could not be restored.'}\n`)
  process.exitCode = 1
}
