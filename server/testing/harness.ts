import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Role } from '#contracts'
import type { FetchLike } from '#webhooks'
import type { Scope } from '../accounts/index.ts'
import type { LoupeApp } from '../app.ts'
import type { Context } from '../platform/context.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channels } from '#webhooks'
import { sessionCookieName } from '../accounts/cookies.ts'
import { createKey } from '../accounts/keys.ts'
import { createSession } from '../accounts/sessions.ts'
import { buildApp } from '../app.ts'
import { loadConfig } from '../platform/config.ts'
import { runningStore } from '../platform/database.ts'
import { freePort } from '../platform/free-port.ts'
import { createLogger } from '../platform/logging.ts'
import { fillSmallHouse, smallHouse } from './small-house.ts'

const dayMs = 86_400_000

export interface TestHouseOptions {
  /** Laid over the test's environment, e.g. `{ NODE_ENV: 'production', PUBLIC_URL: 'https://inbox.example' }`. */
  environment?: Record<string, string | undefined>
  /** Start in the sandbox: no channel is configured. @default false */
  sandbox?: boolean
  /** Another house whose database this one works on as well, as a second process would; it is filled by that one. */
  beside?: TestHouse
  /** Leave the store empty instead of filling in the small house. @default false */
  empty?: boolean
  /** Listen on a free port of 127.0.0.1 (`url`); without it only `inject` reaches the application. @default false */
  listen?: boolean
  now?: () => number
  random?: () => number
  /** Stands for every provider. @default one that refuses every call */
  fetch?: FetchLike
  /** Takes the log's lines. @default nobody */
  onLog?: (line: string) => void
}

export interface TestHouse {
  app: FastifyInstance
  ctx: Context
  house: typeof smallHouse
  /** Every route, with whether it says who may call it. */
  routes: LoupeApp['routes']
  /** Set when it listens. */
  url: string
  /** A request, or only its address; an object as payload is sent as JSON. */
  inject: (request: InjectOptions | string) => Promise<LightMyRequestResponse>
  /** Headers of a signed-in browser: the cookie, the csrf token and the page's origin. `who` is a role (the first of it) or an advisor's id. */
  signIn: (who: Role | (string & {})) => Promise<Record<'cookie' | 'x-csrf-token' | 'origin', string>>
  /** Header of a machine with a key of these scopes. */
  key: (...scopes: Scope[]) => Promise<{ authorization: string }>
  close: () => Promise<void>
}

/** A whole application over a real embedded store in a directory of its own, with the small house in it. Close it at the end. */
export async function startTestHouse(options: TestHouseOptions = {}): Promise<TestHouse> {
  const dir = await mkdtemp(join(tmpdir(), 'loupe-'))
  const port = options.listen ? await freePort() : 8080
  const config = loadConfig({
    NODE_ENV: 'test',
    PORT: String(port),
    DATA_DIR: dir,
    LOUPE_SECRET: 'a secret for tests that is long enough',
    LOG_LEVEL: options.onLog ? 'trace' : 'silent',
    ...(options.sandbox ? {} : testChannelEnvironment()),
    ...(options.beside ? { MONGODB_URI: runningStore(options.beside.ctx.config.dataDir) ?? '' } : {}),
    ...options.environment,
  })
  const log = createLogger(config.logLevel, { write: line => options.onLog?.(line) })
  const refuse: FetchLike = async () => { throw new TypeError('a test does not call out') }
  let loupe: LoupeApp | undefined
  try {
    loupe = await buildApp({ config, log, fetch: options.fetch ?? refuse, checksAfterMs: dayMs, ...(options.now ? { now: options.now } : {}), ...(options.random ? { random: options.random } : {}) })
    await loupe.start(options.empty || options.beside ? {} : { prepare: ctx => fillSmallHouse(ctx.models) })
    if (options.listen) await loupe.app.listen({ port, host: '127.0.0.1' })
  }
  catch (error) {
    await loupe?.close()
    await rm(dir, { recursive: true, force: true })
    throw error
  }
  const { app, ctx, routes, close } = loupe
  return {
    app,
    ctx,
    house: smallHouse,
    routes,
    url: config.publicUrl,
    inject: request => app.inject(request),
    async signIn(who) {
      const everyone = await ctx.models.advisors.find({ active: true }).sort({ _id: 1 }).lean()
      const advisor = everyone.find(one => one._id === who) ?? everyone.find(one => one.role === who)
      if (!advisor) throw new Error(`nobody called or with the role ${who}`)
      const { token, session } = await createSession(ctx, advisor._id)
      // The store clears away what is over by the real clock, also where this house's own stands in the past.
      const expiresAt = new Date(Math.max(session.expiresAt.getTime(), Date.now() + dayMs))
      await ctx.models.sessions.updateOne({ _id: session._id }, { $set: { expiresAt } })
      return { 'cookie': `${sessionCookieName(config)}=${token}`, 'x-csrf-token': session.csrf, 'origin': config.publicUrl }
    },
    async key(...scopes) {
      const { token } = await createKey(ctx, { name: 'test', scopes })
      return { authorization: `Bearer ${token}` }
    },
    async close() {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A made-up value for every variable that configures a channel: its own name in lower case, repeated where a secret is compared. */
export function testChannelEnvironment(): Record<string, string> {
  const settings = channels.flatMap(channel => channel.definition.settings)
  return Object.fromEntries(settings.flatMap(setting => setting.env && setting.key !== 'apiUrl' ? [[setting.env, `test-${setting.env.toLowerCase()}`]] : []))
}
