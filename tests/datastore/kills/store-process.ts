import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '../../..')

/** The store's command as one file, which starts in a third of the time that its sources take. */
export interface StoreProgram { file: string, remove: () => void }

export async function buildStore(): Promise<StoreProgram> {
  const cache = join(ROOT, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const dir = mkdtempSync(join(cache, 'store-'))
  const file = join(dir, 'cli.mjs')
  await build({ entryPoints: [join(ROOT, 'datastore/cli.ts')], bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile: file, logLevel: 'error' })
  return { file, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** A store in a process of its own. */
export interface StoreProcess { uri: string, kill: () => Promise<void> }

/** Starts a store and waits until it takes connections. @throws Error with what it said when it ends instead */
export async function startStore(program: StoreProgram, dir: string): Promise<StoreProcess> {
  const child = spawnStore(program, dir)
  let said = ''
  const uri = await new Promise<string>((resolve, reject) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /listening on (\S+)/.exec(said)
      if (found)
        resolve(found[1]!)
    })
    child.once('exit', () => reject(new Error(`the store did not start: ${said}`)))
  })
  return { uri, kill: () => killed(child) }
}

/** Starts a store and kills it so many milliseconds later, wherever it has got to. */
export async function startAndKill(program: StoreProgram, dir: string, millis: number): Promise<void> {
  const child = spawnStore(program, dir)
  await new Promise(resolve => setTimeout(resolve, millis))
  await killed(child)
}

function spawnStore({ file }: StoreProgram, dir: string): ChildProcess {
  return spawn(process.execPath, [file, '--port', '0', '--dir', dir, '--no-auth'], { stdio: ['ignore', 'pipe', 'pipe'] })
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
