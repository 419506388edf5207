import type { ChannelConfig, ChannelDefinition, ChannelSettingKey } from '#webhooks'
import { Buffer } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import { isIP, isIPv4 } from 'node:net'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { channels } from '#webhooks'
import { derive } from './encryption.ts'
import { secretOf } from './secret-file.ts'

const moreThanOrigin = 'is more than a host and a port: Loupe is served without a path'
const origin = z.url({ protocol: /^https?$/, error: 'is not an http or https address' })
  .refine(url => new URL(url).href === `${new URL(url).origin}/`, moreThanOrigin)
  .transform(url => new URL(url).origin)

const environments = ['development', 'test', 'production'] as const
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const portNumber = 'is not a number from 0 to 65535'

const isLongEnough = (secret: string) => Buffer.byteLength(secret) >= 32

const listed = (text: string) => text.split(',').map(entry => entry.trim()).filter(Boolean)

/** As Fastify takes them: an address, a network by its length or its mask, or a name for the private ones. */
function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true
  const [address = '', mask, ...rest] = entry.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return mask === undefined || (/^\d{1,3}$/.test(mask) ? Number(mask) > 0 && Number(mask) <= (version === 4 ? 32 : 128) : version === 4 && isIPv4(mask))
}

/** The environment of Loupe itself, in the order of `.env.example`; what the channels need is listed by their definitions. */
export const coreEnvironment = z.object({
  NODE_ENV: z.enum(environments, `is not one of ${environments.join(', ')}`).default('development').describe('production refuses to start when a secret is missing, and never opens the sandbox.'),
  PORT: z.coerce.number(portNumber).int(portNumber).min(0, portNumber).max(65_535, portNumber).default(8080).describe('Port to listen on.'),
  HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every one.'),
  DATA_DIR: z.string().default('./data').describe('Where the embedded store keeps its files.'),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'does not begin with mongodb:// or mongodb+srv://').optional().describe('A MongoDB to use instead of the embedded store.'),
  PUBLIC_URL: origin.optional().describe('Address at which browsers and providers reach Loupe, without a path; https in production, which needs it unless HOST is loopback.'),
  LOUPE_SECRET: z.string().refine(isLongEnough, 'is shorter than 32 bytes').optional().describe('At least 32 bytes. Signs sessions and encrypts tokens. Made and kept under DATA_DIR when absent outside production.'),
  LOG_LEVEL: z.enum(logLevels, `is not one of ${logLevels.join(', ')}`).optional().describe('Least severe line that is logged; info in production, warn elsewhere.'),
  TRUST_PROXY: z.string().refine(value => listed(value).every(isProxy), 'does not consist of addresses and networks').optional().describe('Addresses or networks of the reverse proxies in front, separated by commas; their X-Forwarded-For is believed.'),
  // Part of what is agreed on with whoever runs Loupe: checked and kept, though nothing reads them yet.
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'is not an smtp or smtps address' }).optional().describe('Where e-mail will leave; nothing sends any yet.'),
  LLM_BASE_URL: z.url({ protocol: /^https?$/, error: 'is not an http or https address' }).optional().describe('Address of a language model with an OpenAI-compatible interface; nothing asks one yet.'),
  LLM_API_KEY: z.string().optional().describe('Key for it.'),
  LLM_MODEL: z.string().optional().describe('Which of its models.'),
})

/** Everything that can be configured from outside, checked. */
export type Config = {
  production: boolean
  /** No channel is configured and this is not production: the demo house, the simulator and one-click sign-in from this machine. */
  sandbox: boolean
  port: number
  host: string
  /** Absolute. */
  dataDir: string
  mongodbUri: string | null
  /** Without a path and without a trailing slash. */
  publicUrl: string
  /** True when PUBLIC_URL was given and is not only derived from host and port. */
  publicUrlGiven: boolean
  secret: string
  logLevel: string
  trustProxy: string[]
  /** Settings of the quick way: at most one of each kind of channel, by adapter id. In the sandbox, secrets made for the simulator. */
  channelSettings: Readonly<Record<string, ChannelConfig>>
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The configuration cannot be used. `problems` holds one line each, naming the variable and never its value. */
export class ConfigError extends Error {
  readonly code = 'config'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * The process's environment over what a file in the working directory holds. The only place that reads either.
 * @throws ConfigError when there is something of that name that cannot be read
 */
export function readEnvironment(name = '.env'): Environment {
  const file = resolve(name)
  return { ...(existsSync(file) ? parseEnv(textOf(file)) : {}), ...process.env }
}

function textOf(file: string): string {
  try { return readFileSync(file, 'utf8') }
  catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError([code === 'EISDIR' ? `${file} is a directory, where the file with the variables would be` : `${file} cannot be read (${code})`])
  }
}

/**
 * Checks an environment and fills in what follows from it. Makes and keeps a secret under DATA_DIR where there is none and this is not production.
 * @throws ConfigError with every problem at once
 */
export function loadConfig(environment: Environment, definitions: readonly ChannelDefinition[] = channels.map(channel => channel.definition)): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = coreEnvironment.safeParse(given)
  const problems = parsed.success ? [] : parsed.error.issues.map(issue => `${issue.path.join('.')} ${sentence(issue)}`)
  const { settings, configured, missing } = readChannelSettings(given, definitions)
  const production = given.NODE_ENV === 'production'
  if (production && !given.LOUPE_SECRET) problems.push('LOUPE_SECRET is missing: production needs one of at least 32 bytes')
  if (production) problems.push(...missing)
  if (production && parsed.success) problems.push(...publicUrlProblems(parsed.data))
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)

  const env = parsed.data
  const sandbox = !production && !configured
  const dataDir = resolve(env.DATA_DIR)
  const secret = env.LOUPE_SECRET ?? secretOf(dataDir)
  if (!isLongEnough(secret)) throw new ConfigError([`The secret that is kept in ${join(dataDir, 'secret')} is damaged: put the file back from a copy, or remove it where no tokens have been saved with it`])
  const localUrl = `http://${urlHost(env.HOST)}:${env.PORT}`
  return {
    production,
    sandbox,
    port: env.PORT,
    host: env.HOST,
    dataDir,
    mongodbUri: env.MONGODB_URI ?? null,
    publicUrl: env.PUBLIC_URL ?? localUrl,
    publicUrlGiven: env.PUBLIC_URL !== undefined,
    secret,
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    trustProxy: listed(env.TRUST_PROXY ?? ''),
    channelSettings: sandbox ? sandboxSettings(secret, localUrl, settings, definitions) : settings,
  }
}

function sentence(issue: z.core.$ZodIssue): string {
  return issue.message.startsWith('is ') || issue.message.startsWith('does ') ? issue.message : `is not valid: ${issue.message}`
}

/** What production has against the address that browsers and providers are to use: outside this machine it must be given, and encrypted. */
function publicUrlProblems({ PUBLIC_URL: url, HOST: host }: z.infer<typeof coreEnvironment>): string[] {
  if (url === undefined) {
    return isLoopback(bracketed(host))
      ? []
      : ['PUBLIC_URL is missing: with this HOST other machines reach Loupe, and browsers and providers need to be told its https address. Give it, or leave HOST on loopback']
  }
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname)
    ? []
    : ['PUBLIC_URL begins with http: outside this machine browsers and providers need https. Give the address that they use, also where a proxy in front of Loupe does the encryption']
}

/** Whether a host, as it stands in an address, is this machine and nothing else. */
function isLoopback(host: string): boolean {
  return host === '[::1]' || /(?:^|\.)localhost$/.test(host) || (isIPv4(host) && host.startsWith('127.'))
}

/** A host to listen on as it stands in an address. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function urlHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : bracketed(host)
}

/** A channel counts as configured as soon as anything but its address is given; `missing` says what it then still lacks. */
function readChannelSettings(given: Record<string, string | undefined>, definitions: readonly ChannelDefinition[]) {
  const settings: Record<string, ChannelConfig> = {}
  const missing: string[] = []
  let configured = false
  for (const definition of definitions) {
    const fromEnvironment = definition.settings.filter(setting => setting.env !== undefined)
    const filled = fromEnvironment.filter(setting => given[setting.env!] !== undefined)
    if (filled.length === 0) continue
    settings[definition.id] = Object.fromEntries(filled.map(setting => [setting.key, given[setting.env!]]))
    if (filled.every(setting => setting.key === 'apiUrl')) continue
    configured = true
    for (const setting of fromEnvironment) {
      if (setting.required && given[setting.env!] === undefined)
        missing.push(`${setting.env} is missing: ${definition.label} is configured and production does not start without it`)
    }
  }
  return { settings, configured, missing }
}

/**
 * Settings under which the server and the simulator know each other. Derived from the house's secret, so that they survive a restart and are
 * different in every house. Channels that call the same address share its access token, as the accounts of one business do.
 */
function sandboxSettings(secret: string, localUrl: string, given: Record<string, ChannelConfig>, definitions: readonly ChannelDefinition[]): Record<string, ChannelConfig> {
  return Object.fromEntries(definitions.map((definition) => {
    const provider = definition.settings.find(setting => setting.key === 'apiUrl')?.env?.split('_')[0]?.toLowerCase() ?? definition.id
    const make = (key: ChannelSettingKey) => {
      if (key === 'apiUrl') return `${localUrl}/simulator/${provider}`
      const whose = key === 'accessToken' ? provider : definition.id
      const made = derive(secret, `sandbox ${whose} ${key}`, 16).toString('hex')
      return key === 'accountId' ? `AC${made}` : made
    }
    const made = definition.settings.filter(setting => setting.env !== undefined).map(setting => [setting.key, make(setting.key)])
    return [definition.id, { ...Object.fromEntries(made), ...given[definition.id] }]
  }))
}
