import type { Message } from '../../models/index.ts'
import type { SignalInput } from '../../readiness/index.ts'
import type { Arrival, Before, Effects, Stamp } from '../arrival.ts'
import type { Passage } from '../lanes.ts'
import type { Sign } from '../signals-of.ts'
import { customerAddress } from '#webhooks'
import { conversationIdOf, signalIdOf } from '../../identity/index.ts'
import { afterNews, laneOf, withLane } from '../lanes.ts'
import { signalsOf } from '../signals-of.ts'
import { messageOf } from './message.ts'
import { withMessage } from './row.ts'
import { standingAt } from './when.ts'

/** Ids of signals follow from what caused them. `messageId`: the message that says it, or that it is about. */
export function withIds(cause: string, at: Date, signs: readonly Sign[], messageId?: string): SignalInput[] {
  return signs.map(({ type, meta, about }) => ({ id: signalIdOf(about === undefined ? cause : `${cause}#${about}`, type), type, at, ...(meta ? { meta } : {}), ...(messageId === undefined ? {} : { messageId }) }))
}

export function passageOf({ event, channel, capabilities, handles }: Arrival): Passage {
  return {
    channel,
    // What somebody writes to a group opens no window between the two of us.
    capabilities: event.groupId === undefined ? capabilities : undefined,
    addressKeys: handles.filter(handle => handle.kind !== 'username' || handles.length === 1).map(handle => handle.key),
    wire: (customerAddress(event) ?? handles[0]?.value ?? '').slice(0, 200),
  }
}

/** A message of either side joins the customer's one thread, its lane is kept true, and the customer's own says something of them. */
export function threadEffects(arrival: Arrival, before: Before, direction: 'in' | 'out', stamp: Stamp): Effects {
  const { event, channel } = arrival
  const { customer, conversation } = before
  const passage = passageOf(arrival)
  const lane = laneOf(conversation?.lanes ?? [], passage)
  const live = event.kind !== 'history'
  // One that an interrupted batch wrote stays where it stands.
  const at = before.message(event.id)?.at ?? (live && conversation ? standingAt(arrival.at, conversation) : arrival.at)
  const message: Message = messageOf({ ...arrival, at }, {
    customer,
    conversationId: conversationIdOf(customer._id),
    laneId: lane.id,
    direction,
    ...stamp,
    quoted: event.replyTo === undefined ? undefined : before.message(event.replyTo),
  })
  const inwards = direction === 'in'
  const fromAd = event.referral !== undefined
  const news = inwards ? live ? { inboundAt: at, fromAd } : {} : { outboundAt: at }
  const via = { storeId: channel.storeId ?? null, channel: channel.channel }
  const situation = { lastInboundAt: conversation?.lastInboundAt ?? null, pieces: customer.pieces, piece: before.piece, optedOut: customer.optedOutAt != null, storeId: via.storeId }
  const signs: Sign[] = inwards ? signalsOf(event, at, situation) : live ? [{ type: 'touch_advisor', ...(via.storeId ? { meta: { storeId: via.storeId } } : {}) }] : []
  const optOut = signs.some(sign => sign.type === 'opt_out') ? true : signs.some(sign => sign.type === 'opt_in') ? false : null
  return {
    message,
    signals: withIds(message._id, at, signs, message._id),
    customerSteps: optOut === null ? [] : [known => ({ ...known, optedOutAt: optOut ? known.optedOutAt ?? at : null })],
    conversationSteps: [
      row => withLane(row, afterNews(laneOf(row.lanes, passage), passage, news)),
      row => withMessage(row, message, via),
    ],
  }
}
