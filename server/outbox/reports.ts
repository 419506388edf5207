import type { InboundEvent, MessageStatus } from '#contracts'
import { messageStatuses, statusRank } from '#contracts'

/** A status of one of our messages, as intake hands it over. `channelId` is our own id of the number or account. */
export interface StatusReport {
  channelId: string
  /** When it came to be, as far as the provider's word can be believed. */
  at: Date
  event: InboundEvent
}

/** What a provider says of one of our messages. `messageKey` is `CHANNEL|PROVIDER_ID`. */
export interface Report { messageKey: string, status: MessageStatus, providerId: string, channelId: string, at: Date, errorCodes: number[], reference: string | null }

const reportable: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'failed'])

/** Whether a provider's word says how far a message is. */
export function isStatus(word: string | undefined): word is MessageStatus {
  return word !== undefined && reportable.has(word)
}

/** A status event as a report; none for a word that says nothing of a message's way. */
export function reportOf({ channelId, at, event }: StatusReport): Report[] {
  if (!isStatus(event.status)) return []
  return [{ messageKey: `${channelId}|${event.id}`, status: event.status, providerId: event.id, channelId, at, errorCodes: event.errorCodes ?? [], reference: event.reference ?? null }]
}

/** Statuses that `status` may replace: those of a lower rank. A tick never goes back. */
export function replaceable(status: MessageStatus): MessageStatus[] {
  return messageStatuses.filter(other => statusRank[other] < statusRank[status])
}

/** The highest of several statuses of one message. */
export function highest<T extends { status: MessageStatus }>(reports: T[]): T | undefined {
  return reports.reduce<T | undefined>((best, report) => !best || statusRank[report.status] > statusRank[best.status] ? report : best, undefined)
}
