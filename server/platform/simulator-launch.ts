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
  /** Whether the demo house was loaded to its end by an earlier start. */
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

async function demoSetting(ctx: Context): Promise<DemoSetting> {
  const value: DemoSetting = { at: ctx.now(), loaded: false }
  const kept = await ctx.models.settings.findOneAndUpdate({ _id: 'demo' }, { $setOnInsert: { value } }, { upsert: true, returnDocument: 'after', lean: true })
  return (kept?.value as DemoSetting | undefined) ?? value
}

function channelEnvironment({ config }: Context): Record<string, string> {
  return Object.fromEntries(channels.flatMap(({ definition }) => definition.settings.flatMap((setting) => {
    const value = config.channelSettings[definition.id]?.[setting.key]
    return setting.env && value ? [[setting.env, value]] : []
  })))
}
