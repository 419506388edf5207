import type { Context } from './context.ts'
import { ConfigError } from './config.ts'

/**
 * Keeps the sandbox and a real house apart: where one click signs in there must be no real customer, and where customers are real there must be no demo
 * house. Marks an empty store as the sandbox's. Throws ConfigError when the store is the other one's.
 */
export async function claimStore(ctx: Context): Promise<void> {
  const { config, models } = ctx
  const mark = await models.settings.findById('sandbox').lean()
  if (config.sandbox && !mark) {
    const used = await models.advisors.findOne({}, { _id: 1 }).lean() ?? await models.channels.findOne({}, { _id: 1 }).lean()
    if (used) throw new ConfigError(['This store holds a house of its own, and without a configured channel Loupe would open it to everyone on this machine. Set NODE_ENV=production, or choose another DATA_DIR.'])
    await models.settings.updateOne({ _id: 'sandbox' }, { $set: { value: true } }, { upsert: true })
  }
  if (config.production && mark) throw new ConfigError(['This store holds the demo house of the sandbox. Choose another DATA_DIR or MONGODB_URI for production.'])
}

/** In production every configured channel must be able to tell its provider's deliveries from forged ones. Throws ConfigError with one line for each that cannot. */
export async function checkChannelSecrets(ctx: Context): Promise<void> {
  if (!ctx.config.production) return
  const adapters: string[] = await ctx.models.channels.distinct('adapter')
  const without: string[] = []
  for (const adapter of adapters) {
    const { secrets } = await ctx.channelKeys.trust(adapter)
    if (secrets.length === 0) without.push(`The channels of ${adapter} have no webhook secret: set it in the environment or in their settings`)
  }
  if (without.length > 0) throw new ConfigError(without)
}
