import type { ChildProcess } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { Context } from '../../server/platform/context.ts'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { loadConfig } from '../../server/platform/config.ts'
import { createContext } from '../../server/platform/create-context.ts'
import { createDatabase } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logging.ts'
import { testChannelEnvironment } from '../../server/testing/harness.ts'

const root = new URL('../..', import.meta.url).pathname
const startedLine = /https?:\/\/\S+/

/** The built product in a process of its own. */
export interface Product {
  url: string
  dataDir: string
  pid: number
  /** All that it has printed so far. */
  output: () => string
  /** Milliseconds from spawn to the printed URL. */
  startedIn: number
  /** Resident memory in bytes of the server's process. */
  memory: () => Promise<number>
  stop: () => Promise<void>
  /** SIGKILL: nothing is flushed, nothing is tidied. */
  kill: () => Promise<void>
}

/** Environment of a house with every channel configured and no sandbox; every secret is known to the tests. */
export function houseEnvironment(dataDir: string, port: number): Record<string, string> {
  return { NODE_ENV: 'test', PORT: String(port), DATA_DIR: dataDir, LOUPE_SECRET: 'a secret for tests that is long enough', LOG_LEVEL: 'warn', ...testChannelEnvironment() }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

export function scratchDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'loupe-product-'))
}

export function removeDirectory(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 3 })
}

/** Opens a house's database without a server, lets `work` use it, and closes it again. */
export async function withHouse<T>(environment: Record<string, string>, work: (ctx: Context) => Promise<T>): Promise<T> {
  const config = loadConfig(environment)
  const database = createDatabase(config)
  await database.open()
  try {
    return await work(createContext({ config, log: createLogger('silent'), database }))
  }
  finally {
    await database.close()
  }
}

function exited(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise(resolve => child.once('exit', () => resolve()))
}

/** Starts the built product (`npm run build` first) and waits until it prints its URL. */
export async function startProduct(environment: Record<string, string>, timeoutMs = 60_000): Promise<Product> {
  const begun = performance.now()
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:WHATSAPP|INSTAGRAM|TWILIO|GRAPH|LOUPE|MONGODB|NODE_ENV|PORT|HOST|DATA_DIR)/.test(name)))
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env: { ...clean, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`Loupe did not start within ${timeoutMs} ms:\n${printed}`))
    }, timeoutMs)
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      const match = /Loupe is at\b/.test(printed) ? startedLine.exec(printed.slice(printed.indexOf('Loupe is at'))) : null
      if (match) {
        clearTimeout(timer)
        resolve(match[0])
      }
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', code => reject(new Error(`Loupe ended with ${code}:\n${printed}`)))
  })
  const pid = child.pid ?? 0
  return {
    url,
    dataDir: environment.DATA_DIR ?? '',
    pid,
    output: () => printed,
    startedIn: performance.now() - begun,
    async memory() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    },
    async stop() {
      child.kill('SIGTERM')
      await exited(child)
    },
    async kill() {
      child.kill('SIGKILL')
      await exited(child)
    },
  }
}
