import type { Readable } from 'node:stream'
import type { Spoken } from './main.ts'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'

const launch = {
  loupeUrl: 'http://127.0.0.1:9',
  mountedAt: 'http://127.0.0.1:9/simulator',
  apiKey: 'loupe_test',
  channels: { WHATSAPP_APP_SECRET: 'a', WHATSAPP_ACCESS_TOKEN: 'b', INSTAGRAM_APP_SECRET: 'c', TWILIO_ACCOUNT_SID: 'd', TWILIO_AUTH_TOKEN: 'e' },
  demoAt: Date.UTC(2026, 0, 1),
  demoLoaded: true,
}

/** What it says before its address is for a log. */
async function addressOf(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const spoken = JSON.parse(line) as Spoken
    if ('url' in spoken) return spoken.url
  }
  throw new Error('the simulator ended before it said where it is')
}

it('the simulator outlives the signals that a terminal sends to everything, and ends with whoever started it', async () => {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, 'main.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  child.stdin.write(`${JSON.stringify(launch)}\n`)
  const url = await addressOf(child.stdout)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    child.kill(signal)
    await new Promise(resolve => setTimeout(resolve, 200))
    expect((await fetch(`${url.replace(/\/+$/, '')}/healthz`)).status).toBe(200)
  }
  child.stdin.end()
  expect(await exited).toEqual([0, null])
}, 60_000)
