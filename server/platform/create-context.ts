import type { Logger } from 'pino'
import type { FetchLike } from '#webhooks'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import type { Database } from './database.ts'
import { createBus } from './bus.ts'
import { createChannelKeys } from './channels.ts'
import { createSecrets } from './encryption.ts'
import { createIds } from './ids.ts'
import { createRevisions } from './revisions.ts'

export interface ContextOptions {
  config: Config
  log: Logger
  database: Database
  /** @default Date.now */
  now?: () => number
  /** @default Math.random */
  random?: () => number
  /** @default fetch */
  fetch?: FetchLike
}

/** Puts together what every capability is given. The only place where the real clock, chance and network come in. */
export function createContext(options: ContextOptions): Context {
  const { config, log, database: { connection, models } } = options
  const now = options.now ?? Date.now
  const random = options.random ?? Math.random
  const bus = createBus(error => log.error({ err: error }, 'a listener failed'))
  const secrets = createSecrets(config.secret)
  return {
    config,
    log,
    now,
    random,
    newId: createIds(now, random),
    connection,
    models,
    bus,
    revisions: createRevisions(models, config.mongodbUri === null ? 1_000 : 0),
    secrets,
    channelKeys: createChannelKeys({ config, models, secrets, bus, now }),
    fetch: options.fetch ?? fetch,
  }
}
