import type { InboundEvent } from '#contracts'
import type { Channel, Store } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { channelById } from '#webhooks'
import { idOf, wirePhoneKey } from '../identity/index.ts'
import { channelSettings } from '../platform/channels.ts'
import { isDuplicate } from '../platform/duplicates.ts'
import { SealError } from '../platform/encryption.ts'

/** Our numbers, accounts and shops, kept in memory: there are few, and every event asks for one. */
export interface ChannelBook {
  /** Our number or account that an event came to. One that nobody has set up joins as it is: its provider signed for it with our secret. */
  of: (adapter: string, event: InboundEvent, mayAdopt: boolean) => Promise<Channel | null>
  /** Those that news of an account are about: the number that they name, else all numbers of the account. */
  ofAccount: (adapter: string, event: InboundEvent) => Channel[]
  store: (storeId: string | null | undefined) => Store | null
  /** Phone keys of the house's own numbers. */
  ownNumbers: () => ReadonlySet<string>
  /** Reads everything again. */
  refresh: () => Promise<void>
  close: () => void
}

const staleAfterMs = 30_000
const slot = (adapter: string, externalId: string) => `${adapter}|${externalId}`

/** Our side of an event, in every spelling that it has. */
function ourNames(event: InboundEvent): string[] {
  const { accountId, from, to } = event
  return [...new Set([accountId, event.kind === 'status' || event.kind === 'echo' || event.direction === 'out' ? from : to])].flatMap(name => name ? [name.slice(0, 200)] : [])
}

/** The book of one application. */
export async function openChannelBook(ctx: Context): Promise<ChannelBook> {
  let byName = new Map<string, Channel>()
  let stores = new Map<string, Store>()
  let own = new Set<string>()
  let readAt = 0

  async function refresh(): Promise<void> {
    readAt = ctx.now()
    const [channels, shops] = await Promise.all([ctx.models.channels.find().lean<Channel[]>(), ctx.models.stores.find().lean<Store[]>()])
    byName = new Map(channels.map(channel => [slot(channel.adapter, channel.externalId), channel]))
    stores = new Map(shops.map(store => [store._id, store]))
    own = new Set(channels.flatMap(channel => [channel.handle, channel.externalId]).flatMap(name => /^\+/.test(name) ? wirePhoneKey(name) ?? [] : []))
  }

  function known(adapter: string, names: string[]): Channel | undefined {
    for (const name of names) {
      const channel = byName.get(slot(adapter, name))
      if (channel) return channel
    }
    return undefined
  }

  async function adopt(adapter: string, event: InboundEvent, externalId: string): Promise<Channel | null> {
    const label = channelById(adapter)?.definition.label ?? adapter
    const channel: Channel = {
      _id: idOf('channel', adapter, externalId),
      adapter,
      channel: event.channel,
      provider: event.provider,
      label: `${label} ${externalId}`,
      externalId,
      handle: externalId,
      storeId: null,
      token: null,
      sealedSettings: null,
      state: 'live',
      stateReason: null,
      checkAt: new Date(ctx.now()),
    }
    try {
      await ctx.models.channels.create(channel)
      ctx.log.warn({ adapter, channelId: channel._id }, 'a number or account that nobody had set up receives messages')
      ctx.bus.emit('channel.changed', { channelId: channel._id })
    }
    catch (error) {
      if (!isDuplicate(error)) throw error
    }
    await refresh()
    return known(adapter, [externalId]) ?? null
  }

  /** The provider's account that a channel belongs to, where its settings name one. */
  function accountOf(channel: Channel): string | undefined {
    try { return channelSettings(ctx, channel).accountId }
    catch (error) {
      if (error instanceof SealError) return undefined
      throw error
    }
  }

  const unsubscribe = ctx.bus.on('channel.changed', () => { readAt = 0 })
  await refresh()

  return {
    async of(adapter, event, mayAdopt) {
      const names = ourNames(event)
      if (ctx.now() - readAt > staleAfterMs) await refresh()
      const channel = known(adapter, names)
      if (channel || !mayAdopt || names[0] === undefined) return channel ?? null
      return adopt(adapter, event, names[0])
    },
    ofAccount(adapter, { accountId, to }) {
      const ours = [...byName.values()].filter(channel => channel.adapter === adapter)
      const number = accountId === undefined ? null : wirePhoneKey(accountId)
      const named = number === null ? [] : ours.filter(channel => wirePhoneKey(channel.handle) === number)
      return named.length > 0 ? named : ours.filter(channel => to !== null && to === accountOf(channel))
    },
    store: id => (id ? stores.get(id) : undefined) ?? null,
    ownNumbers: () => own,
    refresh,
    close: unsubscribe,
  }
}
