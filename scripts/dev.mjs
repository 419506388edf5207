/** `npm run dev`: the server with restart on change, and Vite's own server for the interface in front of it. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parseEnv } from 'node:util'

const port = process.env.PORT || portOfFile() || '8080'
const env = { LOUPE_DEV_SERVER: `http://127.0.0.1:${port}`, ...process.env }

/** Started as programs of their own, and not by `npx`, which would end without them. */
const programs = [
  ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'scripts/dev-server.ts'],
  ['node_modules/vite/bin/vite.js', 'inbox-ui', '--config', 'inbox-ui/vite.config.ts'],
]
const children = programs.map(program => spawn(process.execPath, program, { stdio: 'inherit', env }))

/** What stands in the way of reading the file is for the server to say, which reads it whole. */
function portOfFile() {
  try { return parseEnv(readFileSync('.env', 'utf8')).PORT }
  catch { return undefined }
}

function stop() {
  for (const child of children) child.kill('SIGTERM')
}
for (const child of children) child.on('exit', stop)
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
