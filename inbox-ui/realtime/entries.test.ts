import type { MessageEntry, MessageStatus } from '#contracts'
import type { ThreadPages } from './entries.ts'
import { describe, expect, it } from 'vitest'
import { messageStatuses } from '#contracts'
import { applyEntry, flattenEntries, laterStatus, removeEntry, threadRevision } from './entries.ts'

function message(id: string, minute: number, over: Partial<MessageEntry> = {}): MessageEntry {
  return {
    type: 'message', id, at: `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`, revision: 1, direction: 'out', author: { kind: 'advisor', id: 'u', name: 'U' }, laneId: 'l', kind: 'text', text: id, attachments: [], pieces: [],
    replyTo: null, reactions: [], forwarded: false, editedAt: null, deletedAt: null, status: 'sent', failure: null, undoUntil: null, clientId: null, ...over,
  }
}
/** Newest page first, as they are loaded. */
const pages = (...lists: MessageEntry[][]): ThreadPages => ({ pages: lists.map((items, i) => ({ items, nextCursor: i === lists.length - 1 ? null : 'older', revision: 5 + i })), pageParams: lists.map(() => null) })
const ids = (data: ThreadPages | undefined) => flattenEntries(data).map(e => e.id)
const statusOf = (data: ThreadPages | undefined, id: string) => flattenEntries(data).find((e): e is MessageEntry => e.type === 'message' && e.id === id)?.status

describe('a thread', () => {
  const data = pages([message('c', 20), message('d', 30)], [message('a', 1), message('b', 10)])

  it('reads oldest first over its pages', () => expect(ids(data)).toEqual(['a', 'b', 'c', 'd']))
  it('takes a new message in at the end', () => expect(ids(applyEntry(data, message('e', 40)))).toEqual(['a', 'b', 'c', 'd', 'e']))
  it('puts a late message where its time says', () => expect(ids(applyEntry(data, message('x', 12, { revision: 9 })))).toEqual(['a', 'b', 'x', 'c', 'd']))
  it('knows the server\'s copy of its own message by the client\'s id', () => {
    const local = applyEntry(data, message('local:k', 41, { clientId: 'k', revision: 0, status: 'queued' }))
    const both = applyEntry(local, message('m9', 41, { clientId: 'k', revision: 7 }))
    expect(ids(both)).toEqual(['a', 'b', 'c', 'd', 'm9'])
    expect(ids(applyEntry(both, message('m9', 41, { clientId: 'k', revision: 7 })))).toEqual(['a', 'b', 'c', 'd', 'm9'])
  })
  it('ignores an older revision', () => {
    const held = pages([message('a', 1, { revision: 8, text: 'new' })])
    expect(applyEntry(held, message('a', 1, { revision: 7, text: 'old' }))).toBe(held)
  })
  it('lets a message that was taken back go', () => expect(ids(applyEntry(data, message('d', 30, { revision: 2, status: 'cancelled' })))).toEqual(['a', 'b', 'c']))
  it('does not bring in what lies beyond the oldest page loaded', () => {
    const partial: ThreadPages = { ...data, pages: data.pages.map(p => ({ ...p, nextCursor: 'older' })) }
    expect(applyEntry(partial, message('0', 0, { revision: 9 }))).toBe(partial)
  })
  it('drops an entry by its id', () => expect(ids(removeEntry(data, 'b'))).toEqual(['a', 'c', 'd']))
  it('knows how far it has come', () => expect(threadRevision(data)).toBe(6))
})

describe('ticks', () => {
  it('never go down, whatever order the news arrive in', () => {
    const held = pages([message('a', 1, { status: 'read', revision: 2 })])
    expect(statusOf(applyEntry(held, message('a', 1, { status: 'delivered', revision: 3 })), 'a')).toBe('read')
  })
  it.each(messageStatuses.filter(s => s !== 'failed'))('keep %s or something later', (held: MessageStatus) => {
    const order: MessageStatus[] = ['sent', 'delivered', 'read']
    const end = order.reduce<MessageStatus | null>((best, next) => laterStatus(best, next), held)
    expect(['read', 'played']).toContain(end)
  })
  it('begin anew when a failed message is sent again', () => expect(laterStatus('failed', 'queued')).toBe('queued'))
  it('forget the failure with it', () => {
    const held = pages([message('a', 1, { status: 'failed', failure: { code: 'refused', canRetry: true }, revision: 2 })])
    const [entry] = flattenEntries(applyEntry(held, message('a', 1, { status: 'sent', revision: 3 })))
    expect(entry?.type === 'message' ? entry.failure : undefined).toBeNull()
  })
})
