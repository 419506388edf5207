/** `npm run dev`: the server with restart on change, and Vite's own server for the interface in front of it. */
import { spawn } from 'node:child_process'
import process from 'node:process'

const children = [
  spawn('npx', ['tsx', 'watch', '--clear-screen=false', 'scripts/dev-server.ts'], { stdio: 'inherit' }),
  spawn('npx', ['vite', 'inbox-ui', '--config', 'inbox-ui/vite.config.ts'], { stdio: 'inherit' }),
]
function stop() {
  for (const child of children) child.kill('SIGTERM')
}
for (const child of children) child.on('exit', stop)
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
