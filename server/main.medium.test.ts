import type { AddressInfo } from 'node:net'
import type { ConfigError } from './platform/config.ts'
import type { SimulatorLaunch } from './platform/simulator-launch.ts'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from './main.ts'
import { createDatabase } from './platform/database.ts'
import { freePort } from './platform/free-port.ts'
import { projectRoot } from './platform/project-root.ts'
import { startProblem } from './platform/start-problem.ts'

const secret = 'a secret for tests that is long enough'

describe('starting Loupe', () => {
  let dir: string
  beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'loupe-main-')) })
  afterEach(() => rm(dir, { recursive: true, force: true }))
  const environment = (more: Record<string, string> = {}) => ({ DATA_DIR: dir, PORT: '0', LOG_LEVEL: 'silent', LOUPE_SECRET: secret, ...more })

  it('prints one line with the address, where the page is served', async () => {
    await writeFile(join(dir, 'index.html'), '<!doctype html><title>Loupe</title>')
    const lines: string[] = []
    const loupe = await run({ environment: environment(), uiDir: dir, print: line => lines.push(line) })
    expect(lines).toEqual([`Loupe is at ${loupe.url}`])
    for (const path of ['/', '/inbox/all/some-conversation']) {
      const page = await fetch(`${loupe.url}${path}`, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<title>Loupe</title>')
      expect(page.headers.get('cache-control')).toBe('no-cache')
    }
    await loupe.close()
  })

  it('prints how to make the first administrator, anew at each start until it is done', async () => {
    const links: string[] = []
    for (let start = 0; start < 2; start++) {
      const loupe = await run({ environment: environment({ NODE_ENV: 'production' }), print: line => links.push(...line.match(/http\S+#token=\S+/g) ?? []) })
      await loupe.close()
    }
    expect(links).toHaveLength(2)
    expect(links[0]).not.toBe(links[1])
  })

  it('starts the simulator in the sandbox only, and gives it what it needs to sign', async () => {
    const launches: unknown[] = []
    const spawnSimulator = async (launch: unknown) => {
      launches.push(launch)
      return { url: 'http://127.0.0.1:1/simulator/', loaded: Promise.resolve(), close: async () => { launches.push('closed') } }
    }
    for (let start = 0; start < 2; start++) await (await run({ environment: environment(), spawnSimulator, print: () => {} })).close()
    expect(launches[0]).toMatchObject({ mountedAt: expect.stringMatching(/\/simulator$/), apiKey: expect.stringMatching(/^loupe_/), demoLoaded: false })
    expect(Object.keys((launches[0] as { channels: object }).channels)).toEqual(expect.arrayContaining([expect.stringMatching(/_SECRET$/), expect.stringMatching(/_API_URL$/)]))
    expect(launches[1]).toBe('closed')
    expect(launches[2]).toMatchObject({ demoLoaded: true, demoAt: (launches[0] as { demoAt: number }).demoAt, apiKey: (launches[0] as { apiKey: string }).apiKey })
  })

  it('gives the simulator to whoever opened it before it was up', async () => {
    const simulator = createServer((_request, response) => response.end('the phone'))
    await new Promise<void>(resolve => simulator.listen(0, '127.0.0.1', resolve))
    const { port } = simulator.address() as AddressInfo
    const early: Promise<string>[] = []
    const spawnSimulator = async ({ mountedAt }: SimulatorLaunch) => {
      early.push(fetch(`${mountedAt}/`).then(answer => answer.text()))
      await setTimeout(200)
      return { url: `http://127.0.0.1:${port}/simulator/`, close: async () => {} }
    }
    const loupe = await run({ environment: environment(), spawnSimulator, print: () => {} })
    expect(await early[0]).toBe('the phone')
    await loupe.close()
    simulator.close()
  })

  it('adds nothing of the demo to a house of somebody\'s own that is opened without its environment', async () => {
    const database = createDatabase({ mongodbUri: null, dataDir: dir })
    await database.open()
    await database.models.stores.create({ _id: 'bandra', name: 'Bandra', city: 'Mumbai', country: 'IN', timeZone: 'Asia/Kolkata' })
    await database.close()
    const launches: SimulatorLaunch[] = []
    const spawnSimulator = async (launch: SimulatorLaunch) => {
      launches.push(launch)
      return { url: 'http://127.0.0.1:1/simulator/', close: async () => {} }
    }
    await (await run({ environment: environment(), spawnSimulator, print: () => {} })).close()
    expect(launches).toMatchObject([{ demoLoaded: true }])
  })

  it('says in a line which address, directory, store or database it cannot have', async () => {
    const file = join(dir, 'file')
    await writeFile(file, '')
    const problemOf = (more: Record<string, string>) => run({ environment: environment(more), print: () => {} }).then(() => null, (error: unknown) => startProblem(error)?.problems ?? (error as ConfigError).problems)
    expect(await problemOf({ HOST: '203.0.113.1' })).toEqual(['HOST 203.0.113.1 is not an address of this machine'])
    expect(await problemOf({ DATA_DIR: join(file, 'data') })).toEqual([`The store in ${join(file, 'data/store')} cannot be opened: ${file}: it is not a directory; choose another place`])
    expect(await problemOf({ DATA_DIR: file, LOUPE_SECRET: '' })).toEqual([`DATA_DIR cannot be used: ${file}: it is not a directory; choose another place`])
    expect(await problemOf({ MONGODB_URI: 'mongodb://somebody:hunter2@' })).toEqual(['MONGODB_URI is not an address that a driver understands'])
    const first = await run({ environment: environment(), print: () => {} })
    expect(await problemOf({})).toEqual([expect.stringMatching(/in use by process \d+: stop that one first/)])
    await first.close()
  }, 30_000)

  it('names a database that lets it wait, without the password, and ends when nobody answers', async () => {
    const port = await freePort()
    const lines: string[] = []
    const start = run({ environment: environment({ MONGODB_URI: `mongodb://loupe:hunter2@127.0.0.1:${port}/loupe` }), print: line => lines.push(line) })
    await expect(start).rejects.toThrow(`MONGODB_URI leads to 127.0.0.1:${port}, where nobody listens`)
    expect(lines).toEqual([`Waiting for the database at 127.0.0.1:${port} …`])
  }, 30_000)

  it('says which port is taken', async () => {
    const first = await run({ environment: environment(), print: () => {} })
    const other = await mkdtemp(join(tmpdir(), 'loupe-main-'))
    await expect(run({ environment: environment({ PORT: new URL(first.url).port, DATA_DIR: other }), print: () => {} })).rejects.toThrow(/PORT \d+ is in use/)
    await first.close()
    await rm(other, { recursive: true })
  })

  it('leaves neither a socket nor an address behind when it stops', async () => {
    const loupe = await run({ environment: environment(), print: () => {} })
    expect(await readdir(dir)).toContain('store.address')
    await loupe.close()
    expect(await readdir(dir)).not.toContain('store.address')
  })
})

describe('a key from the command line', () => {
  let dir: string
  beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'loupe-key-')) })
  afterEach(() => rm(dir, { recursive: true, force: true }))
  const root = projectRoot()
  const environment = () => ({ DATA_DIR: dir, PORT: '0', LOG_LEVEL: 'silent', LOUPE_SECRET: secret })

  async function makeKey(...args: string[]): Promise<{ code: number | null, out: string, problem: string }> {
    const child = spawn(join(root, 'node_modules/.bin/tsx'), [join(root, 'server/cli/keys-create.ts'), ...args], { cwd: dir, env: { PATH: process.env.PATH, ...environment() } })
    let out = ''
    let problem = ''
    child.stdout.on('data', (data) => { out += data })
    child.stderr.on('data', (data) => { problem += data })
    const code = await new Promise<number | null>(resolve => child.on('close', resolve))
    return { code, out, problem }
  }

  it('is printed alone and works, whether Loupe runs or not', async () => {
    const before = await makeKey('--name', 'POS', '--scopes', 'read:house')
    expect(before.problem).toBe('')
    const loupe = await run({ environment: environment(), print: () => {} })
    const during = await makeKey('--name', 'ERP', '--scopes', 'read:house,write:events')
    for (const { code, out } of [before, during]) {
      expect(code).toBe(0)
      expect(out).toMatch(/^loupe_[\w-]{43}\n$/)
      expect((await fetch(`${loupe.url}/api/v1/house`, { headers: { authorization: `Bearer ${out.trim()}` } })).status).toBe(200)
    }
    await loupe.close()
  }, 60_000)

  it('comes with its usage when that is asked for', async () => {
    const { code, out, problem } = await makeKey('--help')
    expect({ code, problem }).toEqual({ code: 0, problem: '' })
    expect(out).toMatch(/^Makes an API key and prints it once\./)
  }, 60_000)

  it('is not made for a scope that does not exist; the answer names those that do', async () => {
    const { code, out, problem } = await makeKey('--name', 'POS', '--scopes', 'read:everything')
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(problem).toContain('read:customers')
  }, 60_000)
})
