import type { ChannelConfig, ChannelContext, ChannelSettingKey, WebhookTrust } from '#webhooks'
import type { Channel, Models } from '../models/index.ts'
import type { Bus } from './bus.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import type { Secrets } from './encryption.ts'
import { channelById, channelSettingKeys } from '#webhooks'

/** How long another process's change to a channel may go unseen here. */
const staleAfterMs = 30_000

/** Opens what channels keep sealed, and knows which secrets sign an adapter's deliveries. */
export interface ChannelKeys {
  settings: (channel: Pick<Channel, '_id' | 'adapter' | 'externalId' | 'token' | 'sealedSettings'>) => ChannelConfig
  trust: (adapterId: string) => Promise<WebhookTrust>
  verifyTokens: (adapterId: string) => Promise<string[]>
}

/** Purpose under which a channel's token and further settings are sealed. */
export const channelSealPurpose = (channelId: string, part: 'token' | 'settings') => `channel ${channelId} ${part}`

/** The keys of one application. Reads the channels once and again when one changed. */
export function createChannelKeys(options: { config: Config, models: Models, secrets: Secrets, bus: Bus, now: () => number }): ChannelKeys {
  const { config, models, secrets, bus, now } = options
  let read: { at: number, byAdapter: Promise<Map<string, ChannelConfig[]>> } | null = null
  bus.on('channel.changed', () => { read = null })

  function settings(channel: Parameters<ChannelKeys['settings']>[0]): ChannelConfig {
    return {
      ...config.channelSettings[channel.adapter],
      senderId: channel.externalId,
      ...(channel.sealedSettings ? readSettings(secrets.open(channel.sealedSettings, channelSealPurpose(channel._id, 'settings'))) : {}),
      ...(channel.token ? { accessToken: secrets.open(channel.token, channelSealPurpose(channel._id, 'token')) } : {}),
    }
  }

  async function load() {
    const own = await models.channels.find({ $or: [{ sealedSettings: { $ne: null } }, { token: { $ne: null } }] }).lean()
    const byAdapter = new Map<string, ChannelConfig[]>()
    for (const channel of own) byAdapter.set(channel.adapter, [...byAdapter.get(channel.adapter) ?? [], settings(channel)])
    return byAdapter
  }

  async function configs(adapterId: string): Promise<ChannelConfig[]> {
    if (!read || now() - read.at > staleAfterMs) {
      const mine = { at: now(), byAdapter: load() }
      read = mine
      mine.byAdapter.catch(() => { if (read === mine) read = null })
    }
    const own = (await read.byAdapter).get(adapterId) ?? []
    const environment = config.channelSettings[adapterId]
    return environment ? [environment, ...own] : own
  }

  async function values(adapterId: string, key: ChannelSettingKey): Promise<string[]> {
    const found = (await configs(adapterId)).map(one => one[key]).filter(value => value !== undefined && value !== '')
    return [...new Set(found)] as string[]
  }

  return {
    settings,
    async trust(adapterId) {
      return { secrets: await values(adapterId, signingKey(adapterId)), publicUrl: config.publicUrl }
    },
    verifyTokens: adapterId => values(adapterId, 'verifyToken'),
  }
}

/** The setting that signs an adapter's deliveries: its app secret, or its only token where it has no other. */
export function signingKey(adapterId: string): ChannelSettingKey {
  const known = channelById(adapterId)?.definition.settings.some(setting => setting.key === 'appSecret')
  return known ? 'appSecret' : 'accessToken'
}

function readSettings(json: string): ChannelConfig {
  const parsed: unknown = JSON.parse(json)
  if (typeof parsed !== 'object' || parsed === null) return {}
  return Object.fromEntries(Object.entries(parsed).filter(([key, value]) => (channelSettingKeys as readonly string[]).includes(key) && typeof value === 'string'))
}

/** What is needed to act through one of our numbers or accounts: the environment's settings under those of its own. Throws SealError when they cannot be opened. */
export function channelSettings(ctx: Context, channel: Parameters<ChannelKeys['settings']>[0]): ChannelConfig {
  return ctx.channelKeys.settings(channel)
}

/** What an adapter's deliveries are checked against: the secrets of every configured channel of it. Empty `secrets` means that nothing may pass. */
export function trustFor(ctx: Context, adapterId: string): Promise<WebhookTrust> {
  return ctx.channelKeys.trust(adapterId)
}

/** The tokens that a provider's handshake may name. */
export function verifyTokensFor(ctx: Context, adapterId: string): Promise<string[]> {
  return ctx.channelKeys.verifyTokens(adapterId)
}

/** What a call to the provider of one of our channels needs. `signal` ends it early. */
export function channelContext(ctx: Context, channel: Parameters<ChannelKeys['settings']>[0], signal?: AbortSignal): ChannelContext {
  return { config: channelSettings(ctx, channel), fetch: ctx.fetch, now: ctx.now, ...(signal ? { signal } : {}) }
}
