import type { AddressInfo } from 'node:net'
import type { Environment } from './platform/config.ts'
import type { LaunchSimulator, RunningSimulator } from './platform/simulator-launch.ts'
import type { SimulatorAddress } from './platform/simulator-proxy.ts'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { createSetupLink } from './accounts/index.ts'
import { buildApp } from './app.ts'
import { ConfigError, loadConfig, readEnvironment } from './platform/config.ts'
import { databaseHosts } from './platform/database-problem.ts'
import { freePort } from './platform/free-port.ts'
import { projectRoot } from './platform/project-root.ts'
import { keepDemoLoaded, simulatorLaunch } from './platform/simulator-launch.ts'
import { startProblem } from './platform/start-problem.ts'

export type { LaunchSimulator, RunningSimulator, SimulatorLaunch } from './platform/simulator-launch.ts'

/** A database that has not answered after this long is named, so that nobody wonders what a start is waiting for. */
const quietWaitMs = 2_000
/** A start that is stopped is given this long to come to where it can be stopped in order; a database that does not answer may take longer. */
const longestStartStopMs = 2_000
/** What was begun is given this long to end when Loupe is stopped. */
const longestStopMs = 25_000

export interface RunOptions {
  /** @default the process's, over `.env` */
  environment?: Environment
  /** Directory of the built interface. @default dist/inbox-ui */
  uiDir?: string
  /** Starts the simulator and loads the demo house; asked in the sandbox only. Without it the sandbox has no simulator. */
  spawnSimulator?: LaunchSimulator
  /** Takes the lines that are for the person who starts Loupe. @default stdout */
  print?: (line: string) => void
}

export interface Running {
  url: string
  close: () => Promise<void>
}

/**
 * Starts Loupe: listens at once, opens the store behind the sign-in page, and prints one line with its address when it is ready.
 * @throws ConfigError with one line for each problem of the environment, or the one that the address, the directory or the database gave
 */
export async function run(options: RunOptions = {}): Promise<Running> {
  const print = options.print ?? (line => process.stdout.write(`${line}\n`))
  const environment = options.environment ?? readEnvironment()
  // Other processes are told the address before this one listens, so that "any port" is decided here.
  const config = loadConfig(environment.PORT === '0' ? { ...environment, PORT: String(await freePort()) } : environment)
  let simulator: RunningSimulator | null = null
  let cameUp: (url: string | null) => void = () => {}
  let address: SimulatorAddress = new Promise((resolve) => { cameUp = resolve })
  const loupe = await buildApp({ config, storeInThread: true, uiDir: options.uiDir ?? join(projectRoot(), 'dist/inbox-ui'), simulator: () => address })
  const { app, ctx } = loupe

  let closing: Promise<void> | undefined
  const close = () => closing ??= (async () => {
    await simulator?.close().catch((error: unknown) => ctx.log.warn({ err: error }, 'the simulator did not close'))
    await loupe.close()
  })()

  try {
    await app.listen({ port: config.port, host: config.host })
    await named(config.mongodbUri, print, () => loupe.start())
  }
  catch (error) {
    await close()
    throw startProblem(error, config) ?? error
  }
  const { port } = app.server.address() as AddressInfo
  const url = config.publicUrlGiven ? config.publicUrl : `${config.publicUrl.replace(/:\d+$/, '')}:${port}`
  print(`Loupe is at ${url}`)
  const setup = await createSetupLink(ctx)
  if (setup) print(`Nobody can sign in yet. Make the first administrator within a day: ${setup}`)
  if (config.sandbox && options.spawnSimulator) {
    const launched = await options.spawnSimulator(await simulatorLaunch(ctx)).catch((error: unknown) => {
      ctx.log.error({ err: error }, 'the simulator did not start')
      return null
    })
    if (launched && closing) await launched.close()
    else simulator = launched
    address = simulator?.url ?? null
    cameUp(address)
    launched?.loaded?.then(() => keepDemoLoaded(ctx)).then(() => print('The demo house is ready.')).catch((error: unknown) => {
      // Stopped on the way: the next start goes on.
      if (!closing) ctx.log.error({ err: error }, 'the demo house was not loaded')
    })
  }
  else {
    address = null
    cameUp(address)
  }
  return { url, close }
}

/** Does what waits for a database, and says so when that takes long. */
async function named(mongodbUri: string | null, print: (line: string) => void, start: () => Promise<void>): Promise<void> {
  const slow = mongodbUri === null ? undefined : setTimeout(print, quietWaitMs, `Waiting for the database at ${databaseHosts(mongodbUri)} …`)
  try { await start() }
  finally { clearTimeout(slow) }
}

/**
 * Runs Loupe as a process: problems go to stderr and end it with 1; SIGTERM and SIGINT stop it in order, a second one at once.
 */
export async function runProcess(options: RunOptions = {}): Promise<void> {
  let running: Promise<Running> | undefined
  let stopping = false
  let started = false
  // Nothing is lost by that: the store completes what an end at any moment has left.
  const endUnlessStarted = () => { if (!started) process.exit(0) }
  const stop = () => {
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), longestStopMs).unref()
    setTimeout(endUnlessStarted, longestStartStopMs).unref()
    void Promise.resolve(running).then(loupe => loupe?.close()).then(() => process.exit(0), () => process.exit(1))
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
  try {
    running = run(options)
    await running
    started = true
  }
  catch (caught) {
    // Before there is a configuration only its directory can have failed.
    const error = startProblem(caught) ?? caught
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`Loupe cannot start:\n${error.problems.map(problem => `  ${problem}\n`).join('')}`)
    process.exit(1)
  }
}

if (process.argv[1] !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) await runProcess()
