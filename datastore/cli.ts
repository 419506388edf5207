import process from 'node:process'
import { parseArgs } from 'node:util'
import { startDatastore } from './index.ts'

const USAGE = 'usage: npm run --silent datastore -- --port N --dir DIR --no-auth'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'port': { type: 'string' }, 'dir': { type: 'string' }, 'no-auth': { type: 'boolean' } } })
  const port = Number(values.port)
  if (values.dir === undefined || values.port === undefined || !Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(USAGE)
  if (!values['no-auth'])
    throw new Error(`Signing in over TCP is not there yet: add --no-auth to let every process on this machine connect.\n${USAGE}`)
  const datastore = await startDatastore({ dir: values.dir, port })
  console.log(`listening on ${datastore.uri}`)
  const stop = (): void => {
    void datastore.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
