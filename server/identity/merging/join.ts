import type { Conversation, Customer } from '../../models/index.ts'

const mostAbsorbed = 50

const earlier = (a?: Date | null, b?: Date | null): Date | null => !a || !b ? a ?? b ?? null : a < b ? a : b
const later = (a?: Date | null, b?: Date | null): Date | null => !a || !b ? a ?? b ?? null : a > b ? a : b
const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])]

/** One row of two, once: a row that has taken up this merge stays as it is. */
export function joinedRow(winner: Conversation, loser: Conversation, mergeId: string): Conversation {
  if (winner.absorbed.includes(mergeId)) return winner
  const newest = winner.lastAt >= loser.lastAt ? winner : loser
  const newestInbound = (winner.lastInboundAt?.getTime() ?? 0) >= (loser.lastInboundAt?.getTime() ?? 0) ? winner : loser
  const known = new Set(winner.lanes.map(lane => lane.id))
  const open = winner.state === 'open' || loser.state === 'open'
  return {
    ...winner,
    lanes: [...winner.lanes, ...loser.lanes.filter(lane => !known.has(lane.id))],
    storeIds: union(winner.storeIds, loser.storeIds),
    storeId: newestInbound.storeId ?? winner.storeId ?? null,
    channel: newestInbound.channel,
    ownerId: winner.ownerId ?? loser.ownerId ?? null,
    state: open ? 'open' : 'closed',
    snoozedUntil: loser.unread > 0 ? null : winner.snoozedUntil ?? null,
    firstAt: winner.firstAt < loser.firstAt ? winner.firstAt : loser.firstAt,
    lastAt: newest.lastAt,
    preview: newest.preview,
    lastInboundAt: later(winner.lastInboundAt, loser.lastInboundAt),
    lastOutboundAt: later(winner.lastOutboundAt, loser.lastOutboundAt),
    waitingSince: earlier(winner.waitingSince, loser.waitingSince),
    unread: winner.unread + loser.unread,
    tags: union(winner.tags, loser.tags),
    searchKeys: union(winner.searchKeys, loser.searchKeys.filter(key => !key.startsWith('n:'))),
    counted: Math.max(winner.counted ?? 0, loser.counted ?? 0),
    absorbed: [...winner.absorbed, mergeId].slice(-mostAbsorbed),
  }
}

const rank = { address: 0, profile: 1, pos: 2, advisor: 3 } as const

/** One profile of two: what is surer, earlier or in either. Doing it again changes nothing. */
export function joinedCustomer(winner: Customer, loser: Customer): Customer {
  const named = rank[loser.nameSource] > rank[winner.nameSource] ? loser : winner
  const dates = new Map([...loser.keyDates, ...winner.keyDates].map(date => [`${date.kind}|${date.date}`, date]))
  const { firstTouch } = winner
  return {
    ...winner,
    name: named.name,
    nameSource: named.nameSource,
    city: winner.city ?? loser.city ?? null,
    country: winner.country ?? loser.country ?? null,
    timeZone: winner.timeZone ?? loser.timeZone ?? null,
    locale: winner.locale ?? loser.locale ?? null,
    firstTouch: loser.firstTouch && !(firstTouch && firstTouch.at <= loser.firstTouch.at) ? loser.firstTouch : firstTouch ?? null,
    tags: union(winner.tags, loser.tags),
    keyDates: [...dates.values()],
    optedOutAt: earlier(winner.optedOutAt, loser.optedOutAt),
    createdAt: winner.createdAt < loser.createdAt ? winner.createdAt : loser.createdAt,
  }
}

/** A row whose person now stands elsewhere: in no list, found by nothing. What it was is in the journal. */
export function goneRow(row: Conversation, mergedInto: string): Conversation {
  return { ...row, mergedInto, lanes: [], unread: 0, waitingSince: null, snoozedUntil: null, searchKeys: [], boxes: [] }
}
