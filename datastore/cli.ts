import type { DatastoreOptions } from './index.ts'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { startDatastore } from './index.ts'
import { checkStore } from './integrity/check.ts'

const USAGE = `Serves a store on a TCP port.

  npm run --silent datastore -- --port N --dir DIR [--host H] [--no-auth]
      [--user NAME] [--password-file FILE]
  npm run --silent datastore -- --check --dir DIR

--host      the address to listen on, 127.0.0.1 unless told otherwise
--no-auth   let every process on this machine in without a password
--user, --password-file   who can sign in to a store that has no users yet;
            or by the environment, DATASTORE_USER and DATASTORE_PASSWORD.
            What is not given is made up and printed once.
--check     look at every page of a store that nobody has open, and end`

/** What was asked for, to check a directory or to serve a store; a sentence to print when it was not asked for well. */
function readArguments(args: string[]): { check: string } | DatastoreOptions | string {
  let values: { 'check'?: boolean, 'port'?: string, 'dir'?: string, 'host'?: string, 'no-auth'?: boolean, 'user'?: string, 'password-file'?: string }
  try {
    values = parseArgs({ args, options: { 'check': { type: 'boolean' }, 'port': { type: 'string' }, 'dir': { type: 'string' }, 'host': { type: 'string' }, 'no-auth': { type: 'boolean' }, 'user': { type: 'string' }, 'password-file': { type: 'string' } } }).values
  }
  catch (error) {
    return `${error instanceof Error ? error.message : 'The arguments are not valid.'}\n\n${USAGE}`
  }
  if (values.check && values.dir !== undefined)
    return { check: values.dir }
  const port = Number(values.port)
  if (values.dir === undefined || values.port === undefined || !Number.isInteger(port) || port < 0 || port > 65535)
    return USAGE
  const { host } = values
  if (values['no-auth'] && host !== undefined && !isLoopback(host))
    return `Without passwords the store is served on a loopback address only, and ${host} is none.`
  const name = values.user ?? process.env.DATASTORE_USER
  const password = values['password-file'] === undefined ? process.env.DATASTORE_PASSWORD : readFileSync(values['password-file'], 'utf8').trimEnd()
  return {
    dir: values.dir,
    port,
    ...(host === undefined ? {} : { listenOn: host }),
    ...(values['no-auth'] ? { withoutPasswords: true } : {}),
    firstUser: { ...(name ? { name } : {}), ...(password ? { password } : {}) },
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Resolves at the first signal to stop. A terminal gives it to npm and to this process, and npm passes its own on: the others change nothing. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', resolve)
    process.on('SIGTERM', resolve)
  })
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const options = readArguments(args)
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n`)
    process.exitCode = 2
    return
  }
  if ('check' in options) {
    checkStore(options.check)
    process.stdout.write(`all pages of the store in ${options.check} hold together\n`)
    return
  }
  const told = toldToStop()
  const datastore = await startDatastore(options)
  process.stdout.write(`listening on ${datastore.uri}\n`)
  const { firstUser } = datastore
  if (firstUser)
    process.stdout.write(`made the user ${firstUser.name} of the database admin${firstUser.password === undefined ? '' : `, with the password ${firstUser.password} (this is not shown again)`}\n`)
  await told
  await datastore.close()
  process.exit(0)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
