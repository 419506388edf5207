import type { ChannelCapabilities } from '#webhooks'
import type { Channel, Conversation, Lane } from '../models/index.ts'
import { laneIdOf } from '../identity/index.ts'

const hourMs = 3_600_000
const mostLanes = 40

/** What an event says of the lane that it came through. Times in milliseconds. */
export interface Passage {
  channel: Pick<Channel, '_id' | 'channel' | 'storeId'>
  capabilities: Pick<ChannelCapabilities, 'windowHours' | 'freeEntryHours'> | undefined
  /** Keys of the customer's addresses that the event names, surest first. */
  addressKeys: readonly string[]
  /** Their address as on the wire. */
  wire: string
}

/** Until when we may write freely, when the customer wrote at `at`; an advertisement or page button opens a longer one. Null where there is no such window. */
export function windowEnd(capabilities: Passage['capabilities'], at: Date, fromAd: boolean): Date | null {
  if (!capabilities || capabilities.windowHours === null) return null
  const hours = fromAd ? Math.max(capabilities.windowHours, capabilities.freeEntryHours ?? 0) : capabilities.windowHours
  return new Date(at.getTime() + hours * hourMs)
}

function newer(a: Date | null | undefined, b: Date | null | undefined): Date | null {
  if (!a || !b) return a ?? b ?? null
  return a > b ? a : b
}

/** The lane of a passage: one of the same channel by any of the addresses, else a new one by the surest. */
export function laneOf(lanes: readonly Lane[], passage: Passage): Lane {
  const { channel, addressKeys, wire } = passage
  const known = lanes.find(lane => lane.channelId === channel._id && addressKeys.includes(lane.addressKey))
  if (known) return known
  const addressKey = addressKeys[0] ?? `wire:${wire}`
  return {
    id: laneIdOf(channel._id, addressKey),
    channelId: channel._id,
    channel: channel.channel,
    storeId: channel.storeId ?? null,
    addressKey,
    wire,
    lastInboundAt: null,
    windowClosesAt: null,
    lastOutboundAt: null,
    blocked: false,
  }
}

/** What happened on a lane. Doing it again, or in another order, gives the same lane. */
export type LaneNews = { inboundAt?: Date, fromAd?: boolean, outboundAt?: Date }

/** The lane after something came through it. */
export function afterNews(lane: Lane, passage: Passage, news: LaneNews): Lane {
  return {
    ...lane,
    // A provider's bodies may spell one address in two ways; the newest is the one that it answers to.
    wire: news.inboundAt && !(lane.lastInboundAt && lane.lastInboundAt > news.inboundAt) ? passage.wire : lane.wire,
    lastInboundAt: newer(lane.lastInboundAt, news.inboundAt),
    windowClosesAt: newer(lane.windowClosesAt, news.inboundAt ? windowEnd(passage.capabilities, news.inboundAt, news.fromAd ?? false) : null),
    lastOutboundAt: newer(lane.lastOutboundAt, news.outboundAt),
    // Whoever writes can be written to again, whatever their network said of them before.
    blocked: lane.blocked && !(news.inboundAt && !(lane.blockedAt && lane.blockedAt >= news.inboundAt)),
  }
}

/** The conversation with this lane in place of the one of the same id. Beyond forty the one unused for longest goes. */
export function withLane(conversation: Conversation, lane: Lane): Conversation {
  const others = conversation.lanes.filter(other => other.id !== lane.id)
  const known = others.length < conversation.lanes.length
  const lanes = known ? conversation.lanes.map(other => other.id === lane.id ? lane : other) : [...others, lane]
  if (lanes.length > mostLanes) {
    const used = (one: Lane) => Math.max(one.lastInboundAt?.getTime() ?? 0, one.lastOutboundAt?.getTime() ?? 0)
    const oldest = others.reduce((a, b) => used(b) < used(a) ? b : a)
    lanes.splice(lanes.indexOf(oldest), 1)
  }
  return { ...conversation, lanes }
}
