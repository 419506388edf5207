import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { channels } from '#webhooks'
import { ConfigError, loadConfig, readEnvironment } from './config.ts'
import { envExample } from './env-example.ts'

const definitions = channels.map(channel => channel.definition)
const secret = 'thirty-two bytes and a few more than that'
const whatsapp = { WHATSAPP_APP_SECRET: 'app', WHATSAPP_VERIFY_TOKEN: 'verify', WHATSAPP_ACCESS_TOKEN: 'token' }

describe('the environment', () => {
  let dir: string
  beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'loupe-config-')) })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const load = (environment: Record<string, string | undefined>) => loadConfig({ DATA_DIR: dir, ...environment })
  const problemsOf = (environment: Record<string, string | undefined>): readonly string[] => {
    try { load(environment) }
    catch (error) {
      if (error instanceof ConfigError) return error.problems
      throw error
    }
    return []
  }

  it('has sensible values when nothing is given, and is the sandbox then', () => {
    const config = load({})
    expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', sandbox: true, production: false, mongodbUri: null, publicUrl: 'http://127.0.0.1:8080' })
  })

  it('takes an empty variable for one that is not given', () => {
    expect(load({ PORT: '', MONGODB_URI: '' })).toMatchObject({ port: 8080, mongodbUri: null })
  })

  it('names every bad value on a line of its own, and never shows the value', () => {
    const problems = problemsOf({ PORT: 'eighty', MONGODB_URI: 'postgres://hunter2', PUBLIC_URL: 'ftp://x', LOUPE_SECRET: 'short', LOG_LEVEL: 'loud' })
    expect(problems).toHaveLength(5)
    expect(problems.map(problem => problem.split(' ')[0]).sort()).toEqual(['LOG_LEVEL', 'LOUPE_SECRET', 'MONGODB_URI', 'PORT', 'PUBLIC_URL'])
    expect(problems.join()).not.toContain('hunter2')
    expect(problems.every(problem => !problem.includes('\n'))).toBe(true)
  })

  it('says what a number, a choice and a list of proxies can be', () => {
    expect(problemsOf({ PORT: 'eighty' })).toEqual(['PORT is not a number from 0 to 65535'])
    expect(problemsOf({ PORT: '70000' })).toEqual(['PORT is not a number from 0 to 65535'])
    expect(problemsOf({ NODE_ENV: 'prod' })).toEqual(['NODE_ENV is not one of development, test, production'])
    for (const good of ['10.0.0.7', '10.0.0.0/8, fd00::/8', '192.168.0.0/255.255.0.0', 'loopback', '::1', '']) expect(problemsOf({ TRUST_PROXY: good })).toEqual([])
    for (const bad of ['nginx', '10.0.0.0/33', '10.0.0.0/0', '10.0.0/8', '10.0.0.1, proxy', '::1/255.0.0.0']) expect(problemsOf({ TRUST_PROXY: bad })).toEqual(['TRUST_PROXY does not consist of addresses and networks'])
  })

  it('refuses production without a secret', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringContaining('LOUPE_SECRET')])
    expect(load({ NODE_ENV: 'production', LOUPE_SECRET: secret })).toMatchObject({ production: true, sandbox: false })
  })

  it('counts the bytes of a secret and not its letters', () => {
    expect(load({ LOUPE_SECRET: 'ü'.repeat(16) }).secret).toHaveLength(16)
  })

  it('refuses production with a configured channel that lacks its webhook secret', () => {
    const { WHATSAPP_APP_SECRET, ...without } = whatsapp
    expect(problemsOf({ NODE_ENV: 'production', LOUPE_SECRET: secret, ...without })).toEqual([expect.stringContaining('WHATSAPP_APP_SECRET')])
    expect(problemsOf({ NODE_ENV: 'production', LOUPE_SECRET: secret, ...without, WHATSAPP_APP_SECRET })).toEqual([])
  })

  it('leaves the sandbox as soon as a channel is configured, though not for its address alone', () => {
    expect(load(whatsapp).sandbox).toBe(false)
    expect(load({ GRAPH_API_URL: 'http://127.0.0.1:9' }).sandbox).toBe(true)
  })

  it('hands every channel its own settings by their keys', () => {
    const settings = load(whatsapp).channelSettings
    expect(Object.values(settings)).toEqual([{ appSecret: 'app', verifyToken: 'verify', accessToken: 'token' }])
  })

  it('makes the sandbox secrets of its own, the same at every start and others in another house', () => {
    const mine = load({ LOUPE_SECRET: secret }).channelSettings
    expect(load({ LOUPE_SECRET: secret }).channelSettings).toEqual(mine)
    expect(load({ LOUPE_SECRET: `${secret}!` }).channelSettings).not.toEqual(mine)
    expect(Object.keys(mine).sort()).toEqual(definitions.map(definition => definition.id).sort())
    for (const one of Object.values(mine)) expect(one.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:8080\/simulator\/[a-z]+$/)
  })

  it('makes and keeps a secret that only its owner can read', () => {
    const made = load({}).secret
    expect(Buffer.byteLength(made)).toBeGreaterThanOrEqual(32)
    expect(load({}).secret).toBe(made)
    expect(statSync(join(dir, 'secret')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['secret'])
  })

  it('does not go on with half of a kept secret, nor makes another in its place', () => {
    writeFileSync(join(dir, 'secret'), 'half')
    expect(problemsOf({})).toEqual([expect.stringMatching(/^The secret that is kept in \S+ is damaged: put the file back/)])
    expect(readFileSync(join(dir, 'secret'), 'utf8')).toBe('half')
  })

  it('takes the slash off the public address', () => {
    expect(load({ PUBLIC_URL: 'https://inbox.example/' }).publicUrl).toBe('https://inbox.example')
    expect(load({ PUBLIC_URL: 'HTTPS://Inbox.Example' }).publicUrl).toBe('https://inbox.example')
  })

  it('refuses a public address with more behind its host than a port', () => {
    for (const more of ['/loupe', '/?a=b', '#top', '/loupe/#']) expect(problemsOf({ PUBLIC_URL: `https://inbox.example${more}` })).toEqual(['PUBLIC_URL is more than a host and a port: Loupe is served without a path'])
    expect(problemsOf({ PUBLIC_URL: 'https://somebody:hunter2@inbox.example' })).toEqual([expect.stringMatching(/^PUBLIC_URL is more than a host and a port/)])
  })

  it('refuses plain http for the public address of production, except on this machine', () => {
    const production = { NODE_ENV: 'production', LOUPE_SECRET: secret }
    for (const plain of ['http://inbox.example', 'http://192.168.0.7:8080', 'HTTP://inbox.example', 'http://localhost.example', 'http://127.example'])
      expect(problemsOf({ ...production, PUBLIC_URL: plain })).toEqual([expect.stringMatching(/^PUBLIC_URL begins with http:.*https/)])
    for (const good of ['https://inbox.example', 'http://localhost:8080', 'http://127.0.0.1:8080', 'http://127.8.0.1', 'http://[::1]:8080', 'http://loupe.localhost'])
      expect(problemsOf({ ...production, PUBLIC_URL: good })).toEqual([])
    expect(problemsOf({ PUBLIC_URL: 'http://inbox.example' })).toEqual([])
  })

  it('refuses production that other machines reach without being told its address', () => {
    const production = { NODE_ENV: 'production', LOUPE_SECRET: secret }
    for (const open of ['0.0.0.0', '::', '192.168.0.7', '2001:db8::7', 'inbox.example', '127.example'])
      expect(problemsOf({ ...production, HOST: open })).toEqual([expect.stringMatching(/^PUBLIC_URL is missing/)])
    for (const closed of ['127.0.0.1', '127.0.0.2', '::1', 'localhost'])
      expect(problemsOf({ ...production, HOST: closed })).toEqual([])
    expect(problemsOf({ ...production, HOST: '0.0.0.0', PUBLIC_URL: 'https://inbox.example' })).toEqual([])
    expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([])
  })

  it('comes from the process before the file, and says what is wrong with a file that cannot be read', () => {
    const file = join(dir, 'variables')
    writeFileSync(file, 'LOUPE_FROM_FILE=1\nPATH=/nowhere\n')
    expect(readEnvironment(file)).toMatchObject({ LOUPE_FROM_FILE: '1', PATH: process.env.PATH })
    expect(readEnvironment(join(dir, 'none'))).toEqual({ ...process.env })
    expect(() => readEnvironment(dir)).toThrow(new ConfigError([`${dir} is a directory, where the file with the variables would be`]))
  })
})

describe('.env.example', () => {
  it('names every variable once, all of them commented out', () => {
    const lines = envExample(definitions).split('\n').filter(line => /^#? ?[A-Z_]+=/.test(line))
    const names = lines.map(line => /([A-Z_]+)=/.exec(line)![1])
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(['PORT', 'LOUPE_SECRET', ...definitions.flatMap(definition => definition.settings.flatMap(setting => setting.env ?? []))]))
    expect(lines.every(line => line.startsWith('# '))).toBe(true)
  })
})
