import type { InboundEvent } from '#contracts'
import type { Handle } from '../identity/index.ts'
import type { Channel } from '../models/index.ts'
import type { Arrival } from './arrival.ts'
import type { ChannelBook } from './channel-book.ts'
import type { StoredDelivery } from './parcels.ts'
import { channelById, customerAddress, eventKey, isCustomerMessage, NotThisProviderError } from '#webhooks'
import { handlesOf, phoneHandle, userHandle, wirePhoneKey } from '../identity/index.ts'
import { isAccountNews } from './apply/index.ts'
import { makesCustomer } from './arrival.ts'
import { sortableTime } from './clean.ts'

/** A delivery with its events, or why it has none. */
export interface Taken {
  delivery: StoredDelivery
  events: InboundEvent[]
  /** Code of what is wrong with it; the delivery is kept and shown. */
  error: string | null
}

/** The events of a delivery. Never throws: a body that cannot be read is an answer too. */
export function read(delivery: StoredDelivery): Taken {
  const adapter = channelById(delivery.adapter)
  if (!adapter) return { delivery, events: [], error: 'no_adapter' }
  try {
    return { delivery, events: adapter.parse(delivery.body, delivery.contentType), error: null }
  }
  catch (error) {
    return { delivery, events: [], error: error instanceof NotThisProviderError ? error.code : 'unreadable' }
  }
}

/** Addresses that a change of number or id names beside the event's own: the old ones first, because they are known. */
function changeHandles({ kind, channel, system }: InboundEvent): Handle[] {
  if (!system || (kind !== 'system' && kind !== 'user_id_update')) return []
  const { previous, phone, userId } = system
  const previousKey = previous && /^\+?\d{5,15}$/.test(previous) ? wirePhoneKey(previous) : null
  const phoneKey = phone ? wirePhoneKey(phone) : null
  return [
    previousKey ? phoneHandle(previousKey) : previous ? userHandle(channel, previous) : null,
    phoneKey ? phoneHandle(phoneKey) : null,
    userId ? userHandle(channel, userId) : null,
  ].filter(handle => handle !== null)
}

function distinct(handles: Handle[]): Handle[] {
  return [...new Map(handles.map(handle => [handle.key, handle])).values()]
}

/** News of our own account, with the numbers that they are about, where we know them. */
export interface News { event: InboundEvent, key: string, at: Date, channels: Channel[] }

/** The events of several deliveries, in order, as far as they can be worked on. */
export interface Sorted {
  arrivals: Arrival[]
  /** What became of our messages. */
  statuses: { channelId: string, at: Date, event: InboundEvent }[]
  news: News[]
}

/** Sorts events by what they are about and finds our number or account of each. */
export async function sortEvents(taken: readonly Taken[], book: ChannelBook): Promise<Sorted> {
  const sorted: Sorted = { arrivals: [], statuses: [], news: [] }
  for (const { delivery, events } of taken) {
    for (const event of events) {
      const channel = await book.of(delivery.adapter, event, makesCustomer(event, isCustomerMessage(event)))
      const time = sortableTime(event.at, delivery.receivedAt)
      const key = eventKey(event)
      if (isAccountNews(event)) {
        sorted.news.push({ event, key, at: time.at, channels: channel ? [channel] : book.ofAccount(delivery.adapter, event) })
        continue
      }
      if (!channel) continue
      if (event.kind === 'status') {
        sorted.statuses.push({ channelId: channel._id, at: time.at, event })
        continue
      }
      if (event.kind === 'seen' && event.targetId !== undefined) sorted.statuses.push({ channelId: channel._id, at: time.at, event: { ...event, kind: 'status', id: event.targetId, status: 'read' } })
      // What our account writes to itself is a conversation with nobody.
      if (event.accountId !== undefined && customerAddress(event) === event.accountId) continue
      const handles = distinct([...changeHandles(event), ...handlesOf(event)])
      sorted.arrivals.push({
        event,
        key: `${channel._id}|${key}`,
        receivedAt: delivery.receivedAt,
        at: time.at,
        ...(time.raw === undefined ? {} : { rawAt: time.raw }),
        channel,
        capabilities: channelById(channel.adapter)?.definition.networks[channel.channel],
        handles,
      })
    }
  }
  return sorted
}
