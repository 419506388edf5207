/** `npm start`: builds what is missing or stale, then runs the product from `dist/`, in the sandbox with the simulator beside it. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { isStale } from './build.mjs'

if (isStale()) {
  // In a process of its own: what a build leaves in memory, and in the environment, is not the server's.
  const { status } = spawnSync(process.execPath, [new URL('./build.mjs', import.meta.url).pathname], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
const { runProcess } = await import('../dist/server/main.js')
const { spawnSimulator } = await import('../dist/simulator/spawn.js')
await runProcess({ spawnSimulator })
