import type { Context } from './context.ts'
import { channels } from '#webhooks'
import { ensureKey, scopes } from '../accounts/index.ts'
import { derive } from './encryption.ts'

/** What the simulator needs to stand in for the providers, and the demo house to be loaded through the front door. */
export interface SimulatorLaunch {
  /** Where Loupe listens. */
  loupeUrl: string
  /** Address under which browsers and Loupe reach the simulator through Loupe. */
  mountedAt: string
  /** Key with every scope, for loading the demo house. */
  apiKey: string
  /** The channels' settings by the names that they have in the environment: `WHATSAPP_APP_SECRET` … */
  channels: Record<string, string>
  /** The moment, in milliseconds, to which the demo house's history leads up. The same at every start, so that loading may be begun again. */
  demoAt: number
  /** Whether there is nothing to load: an earlier start has done it, or the store holds a house of somebody's own. */
  demoLoaded: boolean
}

export interface RunningSimulator {
  /** Its own address, base path included. */
  url: string
  /** Resolves when the demo house is loaded; absent where nothing was to be loaded. */
  loaded?: Promise<void>
  close: () => Promise<void>
}

export type LaunchSimulator = (launch: SimulatorLaunch) => Promise<RunningSimulator>

type DemoSetting = { at: number, loaded: boolean }

/** Makes the simulator's key and gathers the rest. */
export async function simulatorLaunch(ctx: Context): Promise<SimulatorLaunch> {
  const { config } = ctx
  // Derived, so that every start finds the same key again and none piles up.
  const apiKey = `loupe_${derive(config.secret, 'sandbox key', 32).toString('base64url')}`
  await ensureKey(ctx, { token: apiKey, name: 'Simulator', scopes: [...scopes] })
  const demo = await demoSetting(ctx)
  return {
    loupeUrl: config.publicUrl,
    mountedAt: `${config.publicUrl}/simulator`,
    apiKey,
    channels: channelEnvironment(ctx),
    demoAt: demo.at,
    demoLoaded: demo.loaded,
  }
}

/** Remembers that the demo house is complete, so that the next start leaves it alone. */
export async function keepDemoLoaded(ctx: Context): Promise<void> {
  await ctx.models.settings.updateOne({ _id: 'demo' }, { $set: { 'value.loaded': true } })
}

/** A house of somebody's own, opened without its environment, is left as it is: nothing of the demo is ever added to it. */
async function demoSetting(ctx: Context): Promise<DemoSetting> {
  const value: DemoSetting = { at: ctx.now(), loaded: await holdsHouse(ctx) }
  const kept = await ctx.models.settings.findOneAndUpdate({ _id: 'demo' }, { $setOnInsert: { value } }, { upsert: true, returnDocument: 'after', lean: true })
  return (kept?.value as DemoSetting | undefined) ?? value
}

async function holdsHouse({ models: { advisors, conversations, stores } }: Context): Promise<boolean> {
  const found = await Promise.all([advisors.exists({}), conversations.exists({}), stores.exists({})])
  return found.some(one => one !== null)
}

function channelEnvironment({ config }: Context): Record<string, string> {
  return Object.fromEntries(channels.flatMap(({ definition }) => definition.settings.flatMap((setting) => {
    const value = config.channelSettings[definition.id]?.[setting.key]
    return setting.env && value ? [[setting.env, value]] : []
  })))
}
