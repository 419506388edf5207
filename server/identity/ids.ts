import { createHash } from 'node:crypto'

/** An id that follows from what it stands for: the first 24 hexadecimal digits of the SHA-256 of the parts. */
export function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 24)
}

/** Id of the one conversation of a customer: known before it exists. */
export const conversationIdOf = (customerId: string): string => idOf('conversation', customerId)

/** Id of a lane: our number or account + their address. */
export const laneIdOf = (channelId: string, addressKey: string): string => idOf(`${channelId}:${addressKey}`)

/** Id of a message that a provider named. */
export const messageIdOf = (channelId: string, providerId: string): string => idOf(channelId, providerId)

/** Id of a signal: what caused it, and what kind it is. */
export const signalIdOf = (cause: string, type: string): string => idOf(cause, type)
