import type { ChildProcess } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import type { RunningSimulator } from '../start.ts'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConversationPage, ConversationView, HouseView } from '#contracts'
import { startSimulator } from '../start.ts'
import { testSecrets } from '../testing/listening-house.ts'
import { HouseClient } from './house-client.ts'
import { demoScopes, loadDemoHouse } from './load.ts'
import { demoPeople } from './people.ts'

const root = join(import.meta.dirname, '../..')
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const now = Date.now()
let dir: string
let loupeUrl: string
let server: ChildProcess
let simulator: RunningSimulator
let apiKey: string
let house: HouseClient

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}

/** A house of its own process, as a stranger would start it: this room knows Loupe only by its addresses. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'loupe-demo-'))
  loupeUrl = `http://127.0.0.1:${await freePort()}`
  simulator = await startSimulator({ loupeUrl, secrets: testSecrets, demoNow: now })
  const graph = `${simulator.url}graph`
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    PORT: new URL(loupeUrl).port,
    DATA_DIR: dir,
    GRAPH_API_URL: graph,
    TWILIO_API_URL: `${simulator.url}twilio`,
    WHATSAPP_APP_SECRET: testSecrets.whatsappAppSecret,
    WHATSAPP_VERIFY_TOKEN: 'verify',
    WHATSAPP_ACCESS_TOKEN: testSecrets.graphToken,
    INSTAGRAM_APP_SECRET: testSecrets.instagramAppSecret,
    INSTAGRAM_VERIFY_TOKEN: 'verify',
    INSTAGRAM_ACCESS_TOKEN: testSecrets.graphToken,
    TWILIO_ACCOUNT_SID: testSecrets.twilioAccountSid,
    TWILIO_AUTH_TOKEN: testSecrets.twilioAuthToken,
  }
  server = spawn(process.execPath, ['--import', tsx, join(root, 'server/main.ts')], { cwd: dir, env, stdio: ['ignore', 'ignore', 'inherit'] })
  for (const until = Date.now() + 45_000; Date.now() < until;) {
    const ready = await fetch(`${loupeUrl}/readyz`).then(answer => answer.ok, () => false)
    if (ready || server.exitCode !== null) break
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  const made = spawnSync(process.execPath, ['--import', tsx, join(root, 'server/cli/keys-create.ts'), '--name', 'Demo', '--scopes', demoScopes.join(',')], { cwd: dir, env, encoding: 'utf8' })
  apiKey = made.stdout.trim()
  expect(apiKey, made.stderr).not.toBe('')
  house = new HouseClient({ loupeUrl, apiKey })
}, 90_000)

afterAll(async () => {
  if (server.exitCode === null) {
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    await exited
  }
  await simulator.close()
  rmSync(dir, { recursive: true, force: true })
}, 40_000)

const load = (at: number) => loadDemoHouse({ loupeUrl, mountedAt: simulator.url.replace(/\/$/, ''), apiKey, secrets: testSecrets, now: at })
const conversations = () => house.api('GET', '/api/v1/conversations?queue=all&limit=100', ConversationPage)

const Entries = z.object({ items: z.array(z.looseObject({ id: z.string(), at: z.string() })) })

/** Everything that the history decides. Readiness is left out: it moves with the clock. */
async function whatIsTold() {
  const { items } = await conversations()
  return Promise.all(items.map(async ({ id, name, preview, lastAt, unread, waitingSince, ownerId, tags, storeId, state }) => {
    const thread = await house.api('GET', `/api/v1/conversations/${id}/thread?limit=100`, Entries)
    return { id, name, preview, lastAt, unread, waitingSince, ownerId, tags, storeId, state, thread: thread.items.map(entry => `${entry.at} ${entry.id}`) }
  }))
}

describe('the demo house, loaded through the front door', () => {
  it('becomes a house with three stores, seven people and one conversation for each of forty customers', async () => {
    const seen: number[] = []
    const { conversations: count } = await loadDemoHouse({ loupeUrl, mountedAt: simulator.url.replace(/\/$/, ''), apiKey, secrets: testSecrets, now, onProgress: ({ done, of }) => seen.push(done / of) })
    expect(count).toBe(40)
    expect(seen.at(-1)).toBe(1)
    const page = await conversations()
    expect(page.items.map(row => row.name).sort()).toEqual(demoPeople.map(person => person.name).sort())
    const view = await house.api('GET', '/api/v1/house', HouseView)
    expect([view.name, view.stores.length, view.channels.length]).toEqual(['Zarin & Vale', 3, 5])
    expect(view.colleagues.filter(colleague => colleague.role === 'administrator').map(colleague => colleague.id)).toContain('daniel')
    expect(view.colleagues).toHaveLength(7)
  }, 120_000)

  it('keeps Priya one person over WhatsApp and Instagram, with her pieces, her advisor and a wait that has just begun', async () => {
    const { items } = await conversations()
    const row = items.find(one => one.name === 'Priya Malhotra')!
    expect(row).toMatchObject({ channel: 'instagram', ownerId: 'meera', mark: 'ready', unread: 2 })
    const { customer, lanes } = await house.api('GET', `/api/v1/conversations/${row.id}`, ConversationView)
    expect(lanes.map(lane => lane.channelId).sort()).toEqual(['instagram', 'wa-bandra'])
    expect(customer.pieces.map(({ piece }) => piece.sku)).toEqual(expect.arrayContaining(['R-221', 'R-087', 'R-240']))
    expect(customer.city).toBe('Mumbai')
  })

  it('changes nothing when it is loaded again, even at a later moment', async () => {
    const before = await whatIsTold()
    await load(now)
    expect(await whatIsTold()).toEqual(before)
    await load(now + 60_000)
    expect(await whatIsTold()).toEqual(before)
  }, 180_000)

  it('hears a person who writes on the phone afterwards', async () => {
    await fetch(new URL('api/acts', simulator.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ personId: 'dewi', lineId: 'wa-orchard', act: { kind: 'text', text: 'I would like to come on Friday' } }) })
    const latest = async () => (await conversations()).items.find(row => row.name === 'Dewi Tanaka')
    await expect.poll(async () => (await latest())?.preview.text, { timeout: 5_000 }).toBe('I would like to come on Friday')
    expect((await latest())?.waitingSince).not.toBeNull()
    const thread = await house.api('GET', `/api/v1/conversations/${(await latest())!.id}/messages?limit=1`, z.object({ items: z.array(z.object({ direction: z.string(), text: z.string().nullable() })) }))
    expect(thread.items[0]).toMatchObject({ direction: 'in', text: 'I would like to come on Friday' })
  })
})
