import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs, parseEnv } from 'node:util'
import { z } from 'zod'
import { ConversationPage, HouseView, SessionView } from '#contracts'
import { Launch, secretsOf } from '../launch.ts'
import { HouseClient, HouseError } from './house-client.ts'
import { demoHouseName } from './house.ts'
import { demoScopes, loadDemoHouse } from './load.ts'

const usage = `Fills an empty store with the demo house.

  npm run demo -- [--url URL] [--key KEY]

--url   where Loupe listens (default: LOUPE_URL, or http://127.0.0.1:PORT); it is started for the while when nobody is there
--key   an API key with the scopes ${demoScopes.join(', ')} (default: LOUPE_API_KEY, or one that is made)
A sandbox loads it by itself; this waits until it has. Elsewhere the webhooks are signed with WHATSAPP_APP_SECRET, INSTAGRAM_APP_SECRET, TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, as in the environment or .env.`

const root = join(import.meta.dirname, '../..')
const startPatienceMs = 60_000
const loadPatienceMs = 180_000

const Health = z.object({ demo: z.enum(['absent', 'loading', 'loaded', 'failed']) })

const Environment = z.object({ PORT: z.string().default('8080'), LOUPE_URL: z.url().optional(), LOUPE_API_KEY: z.string().optional(), PUBLIC_URL: z.url().optional() })

class Refusal extends Error {}

function environment(): Record<string, string | undefined> {
  const file = join(process.cwd(), '.env')
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env }
}

async function isUp(url: string): Promise<boolean> {
  try { return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) })).status < 500 }
  catch { return false }
}

/** Starts Loupe for the while. */
async function startLoupe(url: string): Promise<ChildProcess> {
  process.stderr.write('Loupe does not run: starting it for the while.\n')
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], { cwd: process.cwd(), stdio: ['ignore', 'ignore', 'inherit'] })
  for (const until = Date.now() + startPatienceMs; Date.now() < until && child.exitCode === null;) {
    if (await isUp(url)) return child
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  child.kill()
  throw new Refusal(`Loupe did not come up at ${url}.`)
}

function makeKey(): string {
  const made = spawnSync('npm', ['run', '--silent', 'keys:create', '--', '--name', 'Demo house', '--scopes', demoScopes.join(',')], { cwd: root, encoding: 'utf8' })
  const key = made.stdout.trim().split('\n').at(-1)
  if (made.status !== 0 || !key) throw new Refusal(`No key could be made: ${made.stderr.trim()}`)
  return key
}

async function load(url: string, env: Record<string, string | undefined>, givenKey: string | undefined): Promise<string> {
  const { sandbox } = SessionView.parse(await (await fetch(`${url}/api/v1/session`)).json())
  const channels = Launch.shape.channels.partial({ WHATSAPP_ACCESS_TOKEN: true }).safeParse(env)
  if (!sandbox && !channels.success) throw new Refusal(`The webhooks cannot be signed:\n${z.prettifyError(channels.error)}`)
  const apiKey = givenKey ?? makeKey()
  await refuseOthers(url, apiKey)
  if (sandbox || !channels.success) {
    await loadedBySandbox(url)
    return `${demoHouseName} is loaded, as in every sandbox.`
  }
  const { events, conversations } = await loadDemoHouse({
    loupeUrl: url,
    apiKey,
    secrets: secretsOf({ WHATSAPP_ACCESS_TOKEN: 'unused', ...channels.data }),
    now: Date.now(),
    ...(env.PUBLIC_URL ? { publicUrl: env.PUBLIC_URL } : {}),
    onProgress: ({ done, of }) => process.stderr.isTTY && process.stderr.write(`\r${done} of ${of}`),
  })
  return `${demoHouseName} is loaded: ${conversations} conversations out of ${events} events.`
}

/** Throws a Refusal for a store that holds another house than the demo's. */
async function refuseOthers(url: string, apiKey: string): Promise<void> {
  const house = new HouseClient({ loupeUrl: url, apiKey })
  const [view, conversations] = await Promise.all([house.api('GET', '/api/v1/house', HouseView), house.api('GET', '/api/v1/conversations?queue=all&limit=1', ConversationPage)])
  const taken = view.stores.length + view.channels.length + conversations.items.length > 0
  if (taken && view.name !== demoHouseName) throw new Refusal(`${url} already holds ${view.name}. The demo house only goes into an empty store.`)
}

/** A sandbox loads the demo house when it starts, with secrets that it alone knows: what is left to do is to wait for it. */
async function loadedBySandbox(url: string): Promise<void> {
  for (const until = Date.now() + loadPatienceMs; Date.now() < until;) {
    const demo = await fetch(`${url}/simulator/healthz`).then(answer => answer.json()).then(body => Health.parse(body).demo, () => 'loading')
    if (demo === 'loaded') return
    if (demo === 'failed') break
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  throw new Refusal(`The sandbox at ${url} did not load the demo house.`)
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { url: { type: 'string' }, key: { type: 'string' }, help: { type: 'boolean' } } })
  if (values.help) { process.stdout.write(`${usage}\n`); return 0 }
  const env = environment()
  const known = Environment.parse(env)
  const url = (values.url ?? known.LOUPE_URL ?? `http://127.0.0.1:${known.PORT}`).replace(/\/+$/, '')
  const started = await isUp(url) ? undefined : await startLoupe(url)
  try {
    process.stdout.write(`${await load(url, env, values.key ?? known.LOUPE_API_KEY)}\n`)
    return 0
  }
  finally {
    started?.kill('SIGTERM')
  }
}

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  const foreseen = error instanceof Refusal || error instanceof HouseError
  process.stderr.write(`${foreseen ? error.message : `${usage}\n\n${error instanceof Error ? error.message : 'The demo house could not be loaded.'}`}\n`)
  process.exitCode = 1
})
