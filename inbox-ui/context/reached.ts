import type { z } from 'zod'
import type { AddressView, ChannelName } from '#contracts'

/** One way to reach a person, as people would say it. `value` null: only the network knows what it is called. */
export type Reached = { key: string, kind: string, channel: ChannelName | null, value: string | null }

/** Ids that only a network or a browser can read. */
const opaque: ReadonlySet<string> = new Set(['user', 'visitor'])
/** Networks on which a phone number reaches somebody: an id beside it says nothing more. */
const byNumber: ReadonlySet<ChannelName> = new Set(['whatsapp', 'sms'])

/**
 * Ways to reach a person without what nobody can read: an account is called by its name, and left out beside one, or beside the number that it belongs to.
 */
export function reachedBy(addresses: readonly z.infer<typeof AddressView>[]): Reached[] {
  const named = new Set(addresses.filter(address => address.kind === 'username').map(address => address.channel))
  const hasPhone = addresses.some(address => address.kind === 'phone')
  const shown = addresses.filter(({ kind, channel }) => kind !== 'user' || !(named.has(channel) || (hasPhone && channel !== null && byNumber.has(channel))))
  const ways = shown.map(({ kind, channel, value }): Reached => ({
    key: `${kind}:${channel ?? ''}:${opaque.has(kind) ? '' : value}`,
    kind,
    channel,
    value: opaque.has(kind) ? null : value,
  }))
  return [...new Map(ways.map(way => [way.key, way])).values()]
}
