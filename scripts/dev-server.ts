import { runProcess } from '../server/main.ts'
/** The server of `npm run dev`, from source. */
import { spawnSimulator } from '../simulator/spawn.ts'

await runProcess({ spawnSimulator })
