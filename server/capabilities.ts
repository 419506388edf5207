import type { FastifyPluginAsync } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { CheckerOptions } from './channels/index.ts'
import type { DeliveryTakers } from './intake/index.ts'
import type { Context } from './platform/context.ts'
import { join } from 'node:path'
import { accountRoutes } from './accounts/index.ts'
import { channelRoutes, createChannelChecker } from './channels/index.ts'
import { conversationRoutes, createWaker } from './conversations/index.ts'
import { customerRoutes } from './customers/index.ts'
import { houseRoutes } from './house/index.ts'
import { createAcceptor, createIntake, deliveryRoutes, deliveryTakers, eventRoutes, spoolKeeper, storeKeeper, webhookRoutes } from './intake/index.ts'
import { createLearner, learningRoutes } from './learning/index.ts'
import { createMediaFetcher, mediaRoutes, publicMediaRoutes } from './media/index.ts'
import { mergeRoutes } from './merges/index.ts'
import { applyStatuses, createReadMarks, createSender, outboxRoutes } from './outbox/index.ts'
import { createRereader, goldRoutes } from './readiness/index.ts'

/** Work that goes on behind the routes. `stop` takes nothing new and waits for what is under way. */
export interface Worker {
  start: () => void | Promise<void>
  stop: () => Promise<void>
}

/** What stands under `/api/v1`. */
export function apiCapabilities(ctx: Context): FastifyPluginAsyncZod[] {
  return [accountRoutes(ctx), houseRoutes(ctx), channelRoutes(ctx), conversationRoutes(ctx), customerRoutes(ctx), mergeRoutes(ctx), outboxRoutes(ctx), mediaRoutes(ctx), eventRoutes(ctx), deliveryRoutes(ctx), learningRoutes(ctx), goldRoutes(ctx)]
}

/** Where providers deliver: as routes, and as takers by path for the server to give deliveries to directly. */
export interface WebhookCapability {
  routes: FastifyPluginAsync
  takers: DeliveryTakers
  /** Takes up what was accepted before. Once the store is open. */
  open: () => Promise<void>
  /** Accepted deliveries that are not in the store yet. */
  waiting: () => number
}

/** The webhooks of one application. Beside an embedded store deliveries are answered from a spool on its disk. */
export function webhookCapability(ctx: Context): WebhookCapability {
  const keeper = ctx.config.mongodbUri === null ? spoolKeeper(ctx, join(ctx.config.dataDir, 'spool')) : storeKeeper(ctx)
  const acceptor = createAcceptor(ctx, keeper)
  const takers = deliveryTakers(ctx, acceptor)
  return {
    takers,
    open: keeper.open,
    waiting: keeper.waiting,
    async routes(app) {
      await app.register(webhookRoutes(ctx, takers))
      app.addHook('onClose', () => acceptor.close())
    },
  }
}

/** What else has its own addresses for the world outside. */
export function outerCapabilities(ctx: Context): FastifyPluginAsync[] {
  return [publicMediaRoutes(ctx)]
}

/** In the order in which they start; they stop in the same, so that what feeds others stops first. */
export function createWorkers(ctx: Context, webhooks: Pick<WebhookCapability, 'waiting'>, checks: CheckerOptions = {}): Worker[] {
  const intake = createIntake(ctx, { statuses: reports => applyStatuses(ctx, reports), waiting: webhooks.waiting })
  return [intake, createMediaFetcher(ctx), createRereader(ctx), createLearner(ctx), createWaker(ctx), createReadMarks(ctx), createChannelChecker(ctx, checks), createSender(ctx)]
}
