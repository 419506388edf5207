import type { ConversationRow, QueueName } from '#contracts'
import type { RowFilter } from '../api/client.ts'
import type { RowPages } from './rows.ts'
import { describe, expect, it } from 'vitest'
import { applyRow, applyRows, inQueue, matches, removeRow } from './rows.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
function row(id: string, minutesAgo: number, over: Partial<ConversationRow> = {}): ConversationRow {
  return {
    id, customerId: `c-${id}`, name: id, initials: 'X', preview: { text: '', kind: 'text', mine: false }, lastAt: new Date(now - minutesAgo * 60_000).toISOString(), channel: 'whatsapp', storeId: 's1', ownerId: 'me', unread: 0,
    waitingSince: null, mark: 'steady', p7: 0, nextAction: 'wait', snoozedUntil: null, state: 'open', tags: [], revision: 1, ...over,
  }
}
const pages = (...lists: ConversationRow[][]): RowPages => ({ pages: lists.map((items, i) => ({ items, nextCursor: i === lists.length - 1 ? null : `c${i}`, revision: 1 })), pageParams: lists.map((_, i) => i === 0 ? null : `c${i - 1}`) })
const rows = (data: RowPages | undefined) => data?.pages.flatMap(page => page.items) ?? []
const ids = (data: RowPages | undefined) => rows(data).map(r => r.id)
const filter = (queue: QueueName, over: Partial<RowFilter> = {}): RowFilter => ({ queue, storeId: null, ownerId: null, tag: null, q: '', ...over })

describe('queues', () => {
  it('show a snoozed conversation only among the snoozed until its time', () => {
    const snoozed = row('a', 1, { mark: 'ready', snoozedUntil: new Date(now + 1000).toISOString() })
    expect(inQueue(snoozed, 'ready', 'me', now)).toBe(false)
    expect(inQueue(snoozed, 'snoozed', 'me', now)).toBe(true)
    expect(inQueue(snoozed, 'ready', 'me', now + 2000)).toBe(true)
  })
  it('show a closed conversation nowhere else', () => {
    expect((['ready', 'answer', 'all', 'mine', 'snoozed'] as const).some(q => inQueue(row('a', 1, { state: 'closed', mark: 'ready', waitingSince: '2026-11-22T00:00:00Z' }), q, 'me', now))).toBe(false)
  })
  it('call ready who is ready, and warming whom an advisor should look after', () => {
    expect(inQueue(row('a', 1, { mark: 'warming', nextAction: 'ready' }), 'ready', 'me', now)).toBe(true)
    expect(inQueue(row('a', 1, { mark: 'warming', nextAction: 'involve' }), 'ready', 'me', now)).toBe(false)
    expect(inQueue(row('a', 1, { mark: 'warming', nextAction: 'involve' }), 'warming', 'me', now)).toBe(true)
  })
  it('never let be who waits for an answer', () => {
    expect(inQueue(row('a', 1, { mark: 'let_be', waitingSince: '2026-11-22T00:00:00Z' }), 'let_be', 'me', now)).toBe(false)
  })
  it('leave to the server what words find', () => {
    expect(matches(row('a', 1), filter('all', { q: 'ring' }), 'me', now)).toBeNull()
    expect(matches(row('a', 1), filter('all', { tag: 'VIP' }), 'me', now)).toBe(false)
  })
})

describe('a row that changed', () => {
  const data = pages([row('a', 1), row('b', 5)], [row('c', 10), row('d', 20)])

  it('moves to where its time puts it, across pages', () => {
    expect(ids(applyRow(data, row('d', 0, { revision: 2 }), true))).toEqual(['d', 'a', 'b', 'c'])
  })
  it('stays in its place when only its words changed', () => {
    const next = applyRow(data, row('b', 5, { revision: 2, unread: 3 }), true)
    expect(ids(next)).toEqual(['a', 'b', 'c', 'd'])
    expect(rows(next)[1]?.unread).toBe(3)
  })
  it('is ignored when it is older than the one held', () => {
    const held = pages([row('a', 1, { revision: 9 })])
    expect(applyRow(held, row('a', 0, { revision: 8 }), true)).toBe(held)
  })
  it('leaves a list in which it no longer belongs', () => {
    expect(ids(applyRow(data, row('b', 5, { revision: 2 }), false))).toEqual(['a', 'c', 'd'])
  })
  it('is put in among the newest when it comes into the list', () => {
    expect(ids(applyRow(data, row('e', 7, { revision: 2 }), true))).toEqual(['a', 'b', 'e', 'c', 'd'])
  })
  it('waits for its page when it lies beyond what is loaded', () => {
    const partial: RowPages = { ...data, pages: data.pages.map(p => ({ ...p, nextCursor: 'more' })) }
    expect(applyRow(partial, row('z', 90, { revision: 2 }), true)).toBe(partial)
  })
  it('is put in its place among others that changed with it', () => {
    const changes = [{ row: row('d', 0, { revision: 2 }), belongs: true }, { row: row('a', 1, { revision: 2 }), belongs: false }, { row: row('e', 7, { revision: 2 }), belongs: true }, { row: row('c', 10, { revision: 2, unread: 1 }), belongs: true }]
    const next = applyRows(data, changes)
    expect(ids(next)).toEqual(['d', 'b', 'e', 'c'])
    expect(rows(next)[3]?.unread).toBe(1)
  })
  it('leaves every page of which it stands in two, and untouched pages as they are', () => {
    const twice = pages([row('a', 1)], [row('b', 5)], [row('a', 10)])
    const next = removeRow(twice, 'a')
    expect(ids(next)).toEqual(['b'])
    expect(next.pages[1]).toBe(twice.pages[1])
    expect(removeRow(twice, 'z')).toBe(twice)
  })
})
