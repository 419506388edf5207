import type { Connection } from 'mongoose'
import type { Logger } from 'pino'
import type { FetchLike } from '#webhooks'
import type { Models } from '../models/index.ts'
import type { Bus } from './bus.ts'
import type { ChannelKeys } from './channels.ts'
import type { Config } from './config.ts'
import type { Secrets } from './encryption.ts'
import type { Revisions } from './revisions.ts'

/** What every capability is given: configuration, clock, chance, database, bus. There is no other way to reach them. */
export interface Context {
  config: Config
  log: Logger
  /** Milliseconds since the epoch. */
  now: () => number
  /** A number in 0…1, as `Math.random` gives it. Never for secrets. */
  random: () => number
  /** A fresh id: 24 hexadecimal digits, growing with time. */
  newId: () => string
  connection: Connection
  models: Models
  bus: Bus
  revisions: Revisions
  secrets: Secrets
  /** Used through `channels.ts`: `channelSettings`, `trustFor`, `verifyTokensFor`, `channelContext`. */
  channelKeys: ChannelKeys
  /** How providers are called; a test puts its own in its place. */
  fetch: FetchLike
}
