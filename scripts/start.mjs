/** `npm start`: builds what is missing or stale, then runs the product from `dist/`, in the sandbox with the simulator beside it. */
import { build } from './build.mjs'

await build({ ifStale: true })
const { runProcess } = await import('../dist/server/main.js')
const { spawnSimulator } = await import('../dist/simulator/spawn.js')
await runProcess({ spawnSimulator })
