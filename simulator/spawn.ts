import type { Interface } from 'node:readline'
import type { Launch } from './launch.ts'
import type { Spoken } from './main.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

/** A launch whose channels nobody has looked at yet; the simulator's process does so when it reads it. */
type UncheckedLaunch = Omit<Launch, 'channels'> & { channels: Readonly<Record<string, string>> }

const longestStopMs = 8_000

/** The simulator's program: beside this file in a build; its source, run by tsx, in a checkout. */
function program(): string[] {
  const built = join(import.meta.dirname, 'main.js')
  return existsSync(built) ? [built] : ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'main.ts')]
}

/**
 * Starts the simulator as a process of its own, so that a sandbox's server is as large as a real one's. Ends with the process that started it.
 * Throws when it does not come up.
 */
export async function spawnSimulator(launch: UncheckedLaunch): Promise<{ url: string, loaded?: Promise<void>, close: () => Promise<void> }> {
  const child = spawn(process.execPath, program(), { stdio: ['pipe', 'pipe', 'inherit'] })
  // A process that died before it read is told of by its exit.
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(launch)}\n`)
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const gone = exited.then(() => Promise.reject(new Error('The simulator ended.')))
  const loaded = Promise.race([gone, heard(lines, spoken => 'loaded' in spoken || 'failed' in spoken)]).then((spoken) => {
    if ('failed' in spoken) throw new Error(spoken.failed)
  })
  // Nobody may be waiting for them.
  gone.catch(() => {})
  loaded.catch(() => {})
  const started = await Promise.race([gone, heard(lines, spoken => 'url' in spoken)])
  if (!('url' in started)) throw new Error('The simulator did not say where it is.')
  return {
    url: started.url,
    ...(started.loads ? { loaded } : {}),
    close: async () => {
      child.stdin.end()
      const kill = setTimeout(() => child.kill('SIGKILL'), longestStopMs)
      await exited
      clearTimeout(kill)
    },
  }
}

/** The first of the simulator's lines that is wanted. */
function heard(lines: Interface, wanted: (spoken: Spoken) => boolean): Promise<Spoken> {
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const spoken = JSON.parse(line) as Spoken
      if (wanted(spoken)) resolve(spoken)
    })
  })
}
