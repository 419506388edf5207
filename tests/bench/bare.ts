import { spawn } from 'node:child_process'
import process from 'node:process'
import { freePort } from '../support/product.ts'

/** Starts the floor of the accept benchmark in a process of its own. */
export async function startBare(secret: string): Promise<{ url: string, stop: () => Promise<void> }> {
  const port = await freePort()
  const script = new URL('./bare-server.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env: { ...process.env, BARE_PORT: String(port), BARE_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', code => reject(new Error(`the bare server ended with ${code}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM')
      await new Promise(resolve => child.once('exit', resolve))
    },
  }
}
