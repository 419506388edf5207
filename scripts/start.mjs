/** `npm start`: builds what is missing or stale, then runs the product from `dist/`. */
import { build } from './build.mjs'

await build({ ifStale: true })
await import('../dist/server/main.js')
