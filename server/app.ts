import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import type { FetchLike } from '#webhooks'
import type { Config } from './platform/config.ts'
import type { Context } from './platform/context.ts'
import type { RegisteredRoute } from './platform/route-decisions.ts'
import type { SimulatorAddress } from './platform/simulator-proxy.ts'
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import { fastify, LogController } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { installAuthentication, limitSearches } from './accounts/index.ts'
import { apiCapabilities, createWorkers, outerCapabilities, webhookCapability } from './capabilities.ts'
import { createContext } from './platform/create-context.ts'
import { createDatabase } from './platform/database.ts'
import { installHealth } from './platform/health.ts'
import { answerEarly, answerUnknown, installErrorHandling } from './platform/http-errors.ts'
import { directServer } from './platform/http-server.ts'
import { endLeases } from './platform/lease.ts'
import { createLogger } from './platform/logging.ts'
import { installMetrics } from './platform/metrics.ts'
import { installApiDocs, installOpenApi } from './platform/openapi.ts'
import { installRouteDecisions } from './platform/route-decisions.ts'
import { installSecurity } from './platform/security.ts'
import { installSimulatorProxy } from './platform/simulator-proxy.ts'
import { asksForPage, installStaticFiles, sendPage } from './platform/static-files.ts'
import { installStoreGate } from './platform/store-gate.ts'
import { checkChannelSecrets, claimStore } from './platform/store-owner.ts'
import { attachRealtime } from './realtime/index.ts'

export interface BuildOptions {
  config: Config
  /** Give the embedded store a thread of its own. @default false */
  storeInThread?: boolean
  /** @default one that writes to stdout at the configuration's level */
  log?: Logger
  /** @default Date.now */
  now?: () => number
  /** @default Math.random */
  random?: () => number
  /** How providers are called. @default fetch */
  fetch?: FetchLike
  /** Directory of the built interface; without it no page is served. */
  uiDir?: string
  /** How long after the start the channels' providers are asked for the first time, milliseconds. @default 5000 */
  checksAfterMs?: number
  /** Address of the simulator. Used in the sandbox only. */
  simulator?: () => SimulatorAddress
}

export interface StartOptions {
  /** Runs once the store is open and before any work begins. */
  prepare?: (ctx: Context) => Promise<void>
}

/** The application, put together and not yet started. */
export interface LoupeApp {
  app: FastifyInstance
  ctx: Context
  /** Every route, with whether it says who may call it. */
  routes: () => RegisteredRoute[]
  /** Opens the store and begins to work. Requests that come before wait for it. Throws ConfigError for a store that does not go with the configuration. */
  start: (options?: StartOptions) => Promise<void>
  /** Stops taking requests, finishes what was begun, closes the store. */
  close: () => Promise<void>
}

/** Puts the application together: every capability's routes, and the work that goes on behind them. */
export async function buildApp(options: BuildOptions): Promise<LoupeApp> {
  const { config, uiDir } = options
  const log = options.log ?? createLogger(config.logLevel)
  const database = createDatabase(config, { inThread: options.storeInThread ?? false })
  const ctx = createContext({ ...options, log, database })
  const webhooks = webhookCapability(ctx)
  const direct = directServer(webhooks.takers)
  const app = fastify({
    serverFactory: direct.factory,
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    bodyLimit: 1_048_576,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: answerEarly,
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  installErrorHandling(app)
  const routes = installRouteDecisions(app)
  const gate = installStoreGate(app)
  const metrics = installMetrics(app, ctx)
  await app.register(webhooks.routes)
  const workers = createWorkers(ctx, webhooks, { firstAfterMs: options.checksAfterMs })
  // A context of its own: what pages and keys need at every request would cost an answer to a provider as much as checking its signature.
  await app.register(async (house) => {
    answerUnknown(house, (request, reply) => uiDir !== undefined && asksForPage(request) ? sendPage(reply, uiDir) : null)
    await installSecurity(house, config)
    await house.register(cookie)
    await house.register(rateLimit, { global: false })
    installAuthentication(house, ctx)
    await installOpenApi(house, config.publicUrl)
    installHealth(house, ctx, gate.isOpen)
    metrics.show(house)
    for (const capability of outerCapabilities(ctx)) await house.register(capability)
    await house.register(async (api) => {
      limitSearches(api)
      for (const capability of apiCapabilities(ctx)) await api.register(capability)
    }, { prefix: '/api/v1' })
    await installApiDocs(house)
    if (config.sandbox) installSimulatorProxy(house, options.simulator ?? (() => null))
    if (uiDir !== undefined) await installStaticFiles(house, uiDir)
  })
  const realtime = attachRealtime(ctx, app.server)
  metrics.watch('loupe_connected_pages', 'Pages with live updates.', realtime.count)
  metrics.watch('loupe_deliveries_waiting', 'Accepted deliveries that the store does not have yet.', webhooks.waiting)
  app.addHook('preClose', async () => realtime.close())

  let working = false
  return {
    app,
    ctx,
    routes,
    async start({ prepare } = {}) {
      await database.open()
      // A database of the house's own may have other processes on it; the embedded store has this one alone.
      if (config.mongodbUri !== null) await realtime.share()
      else await endLeases(ctx)
      await claimStore(ctx)
      await prepare?.(ctx)
      await checkChannelSecrets(ctx)
      await webhooks.open()
      working = true
      for (const worker of workers) await worker.start()
      gate.open()
      direct.open(metrics.count)
      await metrics.start()
    },
    async close() {
      await app.close()
      if (working) {
        for (const worker of workers) await worker.stop()
      }
      await database.close()
    },
  }
}
