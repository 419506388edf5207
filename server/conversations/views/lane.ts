import type { LaneView } from '#contracts'
import type { ChannelCapabilities } from '#webhooks'
import type { Address, Channel, Lane } from '../../models/index.ts'
import type { FileProblem } from '../../platform/public-address.ts'
import { channelById } from '#webhooks'
import { shownAddress } from './masking.ts'

export type LaneSurroundings = {
  channels: ReadonlyMap<string, Channel>
  addresses: ReadonlyMap<string, Address>
  /** Why files cannot leave, by channel; those without a trouble may be absent. */
  fileProblems: ReadonlyMap<string, FileProblem | null>
  /** Whether the reader may see addresses whole. */
  whole: boolean
  /** Milliseconds since the epoch. */
  now: number
}

/** The lane's address as people know it: the name that somebody has on the network, where the address itself is an opaque id. */
function readable(addresses: LaneSurroundings['addresses'], lane: Lane): Address | undefined {
  const own = addresses.get(lane.addressKey)
  if (own?.kind !== 'user') return own
  return [...addresses.values()].find(other => other.kind === 'username' && other.channel === lane.channel && other.customerId === own.customerId) ?? own
}

/** A lane as the composer shows it: where it leads, and whether free text may be sent through it now. */
export function laneView(lane: Lane, around: LaneSurroundings): LaneView {
  const channel = around.channels.get(lane.channelId)
  const address = readable(around.addresses, lane)
  const value = address?.value ?? lane.wire
  const network = channel ? channelById(channel.adapter)?.definition.networks[lane.channel] : undefined
  const kind = address?.kind ?? (/^\+?\d{6,15}$/.test(lane.wire) ? 'phone' : 'user')
  return {
    id: lane.id,
    channelId: lane.channelId,
    channel: lane.channel,
    label: channel?.label ?? lane.channelId,
    storeId: lane.storeId ?? null,
    address: kind === 'user' || kind === 'visitor' ? '' : shownAddress({ kind, value }, around.whole),
    windowClosesAt: lane.windowClosesAt?.toISOString() ?? null,
    lastInboundAt: lane.lastInboundAt?.toISOString() ?? null,
    state: stateOf(lane, network, around.now),
    templates: network?.templates ?? false,
    files: { voice: [...network?.media.voice?.mimes ?? []], problem: around.fileProblems.get(lane.channelId) ?? null },
  }
}

function stateOf(lane: Lane, network: ChannelCapabilities | undefined, now: number): LaneView['state'] {
  if (lane.blocked) return 'blocked'
  if (network?.windowHours === null) return 'open'
  return lane.windowClosesAt && lane.windowClosesAt.getTime() > now ? 'open' : 'closed'
}
