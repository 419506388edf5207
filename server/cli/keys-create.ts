import process from 'node:process'
import { parseArgs } from 'node:util'
import { createConnection } from 'mongoose'
import { startDatastore } from '#datastore'
import { createKey, Scope, scopes } from '../accounts/index.ts'
import { defineModels, prepareModels } from '../models/index.ts'
import { loadConfig, readEnvironment } from '../platform/config.ts'
import { databaseName, runningStore, storeDirectory } from '../platform/database.ts'
import { runCommand } from './command.ts'

const usage = `Makes an API key and prints it once.

  npm run --silent keys:create -- --name NAME --scopes SCOPE[,SCOPE…]

Scopes: ${scopes.join(', ')}`

/** What was asked for; a sentence to print when it was not asked for well. */
function readArguments(args: string[]): { name: string, scopes: Scope[] } | string {
  let values: { name?: string, scopes?: string }
  try { values = parseArgs({ args, options: { name: { type: 'string' }, scopes: { type: 'string' } } }).values }
  catch (error) { return `${error instanceof Error ? error.message : 'The arguments are not valid.'}\n\n${usage}` }
  const name = values.name?.trim()
  if (!name || !values.scopes) return usage
  const wanted = values.scopes.split(',').map(scope => scope.trim()).filter(Boolean)
  const unknown = wanted.find(scope => !Scope.safeParse(scope).success)
  if (unknown !== undefined) return `There is no scope ${unknown}.\n\n${usage}`
  return { name: name.slice(0, 100), scopes: scopes.filter(scope => wanted.includes(scope)) }
}

/** The store to write to: the configured MongoDB, the one of a Loupe that is running, or the embedded one opened for this moment. */
async function openStore(config: { mongodbUri: string | null, dataDir: string }): Promise<{ uri: string, close: () => Promise<void> }> {
  if (config.mongodbUri !== null) return { uri: config.mongodbUri, close: async () => {} }
  const running = runningStore(config.dataDir)
  if (running !== null && await answers(running)) return { uri: running, close: async () => {} }
  const store = await startDatastore({ dir: storeDirectory(config.dataDir) })
  return { uri: store.uriFor(databaseName), close: () => store.close() }
}

/** A process that was killed leaves its address behind, with nobody there. */
async function answers(uri: string): Promise<boolean> {
  const connection = createConnection()
  try {
    await connection.openUri(uri, { serverSelectionTimeoutMS: 1500 })
    return true
  }
  catch { return false }
  finally { await connection.close().catch(() => {}) }
}

async function makeKey(asked: { name: string, scopes: Scope[] }): Promise<void> {
  const store = await openStore(loadConfig(readEnvironment()))
  const connection = createConnection()
  try {
    await connection.openUri(store.uri, { serverSelectionTimeoutMS: 10_000, autoIndex: false, autoCreate: false })
    const models = defineModels(connection)
    await prepareModels(models)
    const { token } = await createKey({ models, now: Date.now }, asked)
    process.stdout.write(`${token}\n`)
  }
  finally {
    await connection.close()
    await store.close()
  }
}

await runCommand({ usage, read: readArguments, work: makeKey })
