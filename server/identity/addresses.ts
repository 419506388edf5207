import type { ChannelName, InboundEvent } from '#contracts'
import type { Address } from '../models/index.ts'
import { customerAddress } from '#webhooks'
import { wirePhoneKey } from './phone.ts'

/** An address as an event or a till names it, before anybody has claimed it. */
export interface Handle {
  /** `_id` of the address. */
  key: string
  kind: Address['kind']
  channel: ChannelName | null
  /** As people write it. */
  value: string
}

const mostLetters = 200
/** A network's own prefix before an address, as some providers write it. */
const prefix = /^[a-z]+:(?=.)/

function clipped(value: string): string {
  // eslint-disable-next-line no-control-regex -- a control character in an id would make two ids look alike
  return value.replace(/[\u0000-\u001F\u007F]/g, '').trim().slice(0, mostLetters)
}

export function phoneHandle(key: string): Handle {
  return { key, kind: 'phone', channel: null, value: key.slice('phone:'.length) }
}

export function userHandle(channel: ChannelName, id: string): Handle | null {
  const value = clipped(id)
  return value ? { key: `user:${channel}:${value}`, kind: 'user', channel, value } : null
}

export function usernameHandle(channel: ChannelName, name: string): Handle | null {
  const value = clipped(name).replace(/^@/, '')
  return value ? { key: `username:${channel}:${value.toLowerCase()}`, kind: 'username', channel, value } : null
}

export function emailHandle(email: string): Handle | null {
  const value = clipped(email)
  return value ? { key: `email:${value.toLowerCase()}`, kind: 'email', channel: null, value } : null
}

export function cardHandle(card: string): Handle | null {
  const value = clipped(card)
  return value ? { key: `card:${value.toLowerCase()}`, kind: 'card', channel: null, value } : null
}

/**
 * Every address that an event names its customer by, surest first: phone number, the network's own id, username. What is on the wire counts as the
 * network's id where the event says nothing more; a username alone is all that some events have.
 */
export function handlesOf(event: InboundEvent): Handle[] {
  const { identity, channel } = event
  const found: (Handle | null)[] = []
  const phone = identity?.phone ?? identity?.waId
  const phoneKey = phone === undefined ? null : wirePhoneKey(phone)
  if (phoneKey) found.push(phoneHandle(phoneKey))
  if (identity?.userId !== undefined) found.push(userHandle(channel, identity.userId.replace(prefix, '')))
  const wire = customerAddress(event)
  if (found.length === 0 && wire !== null && identity?.username === undefined) {
    const bare = wire.replace(prefix, '')
    const wireKey = bare.startsWith('+') ? wirePhoneKey(bare) : null
    found.push(wireKey ? phoneHandle(wireKey) : userHandle(channel, bare))
  }
  if (identity?.username !== undefined) found.push(usernameHandle(channel, identity.username))
  return found.filter(handle => handle !== null)
}
