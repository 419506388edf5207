import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { FetchLike } from '#webhooks'
import type { Config } from './platform/config.ts'
import type { Context } from './platform/context.ts'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { installAuthentication } from './accounts/index.ts'
import { createContext } from './platform/create-context.ts'
import { createDatabase } from './platform/database.ts'
import { installErrorHandling } from './platform/http-errors.ts'
import { createLogger } from './platform/logging.ts'
import { installRouteDecisions } from './platform/route-decisions.ts'

export interface BuildOptions {
  config: Config
  /** @default one that writes to stdout at the configuration's level */
  log?: Logger
  /** @default Date.now */
  now?: () => number
  /** @default Math.random */
  random?: () => number
  /** How providers are called. @default fetch */
  fetch?: FetchLike
}

export interface StartOptions {
  /** Runs once the store is open and before any work begins. */
  prepare?: (ctx: Context) => Promise<void>
}

/** The application, put together and not yet started. */
export interface LoupeApp {
  app: FastifyInstance
  ctx: Context
  /** Opens the store and begins to work. Requests that come before wait for it. */
  start: (options?: StartOptions) => Promise<void>
  /** Stops taking requests, finishes what was begun, closes the store. */
  close: () => Promise<void>
}

/** Puts the application together: every capability's routes, and the work that goes on behind them. */
export async function buildApp(options: BuildOptions): Promise<LoupeApp> {
  const { config } = options
  const log = options.log ?? createLogger(config.logLevel)
  const database = createDatabase(config)
  const ctx = createContext({ ...options, log, database })
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    disableRequestLogging: true,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  installErrorHandling(app)
  installRouteDecisions(app)
  await app.register(cookie)
  await app.register(rateLimit, { global: false })
  installAuthentication(app, ctx)

  return {
    app,
    ctx,
    async start({ prepare } = {}) {
      await database.open()
      await prepare?.(ctx)
    },
    async close() {
      await app.close()
      await database.close()
    },
  }
}
