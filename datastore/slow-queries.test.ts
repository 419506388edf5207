import type { LogEntry } from './log.ts'
import { describe, expect, it } from 'vitest'
import { shapeOf, SlowQueries } from './slow-queries.ts'

describe('the shape of a filter', () => {
  it('names fields and operators, and no value', () => {
    expect(shapeOf({ name: 'Ada', at: { $gt: 5, $lt: 9 }, $or: [{ a: 1 }, { 'b.c': { $in: ['secret'] } }], who: { name: 'Ada' }, list: { $elemMatch: { id: 7 } } }))
      .toBe('{ name: ?, at: { $gt: ?, $lt: ? }, $or: [{ a: ? }, { b.c: { $in: ? } }], who: ?, list: { $elemMatch: { id: ? } } }')
    expect(shapeOf({})).toBe('{}')
  })
})

describe('a query is told of', () => {
  const query = { command: 'find', namespace: 'a.b', filter: { secret: 'word' }, millis: 120 }

  it('when it was slow and no index served it, without its values', () => {
    const entries: LogEntry[] = []
    const slow = new SlowQueries(entry => entries.push(entry), 100)
    slow.ended({ ...query, counts: { keysExamined: 0, docsExamined: 90, scannedCollection: true } })
    slow.ended({ ...query, sort: { at: -1 }, counts: { keysExamined: 9, docsExamined: 9, sortedInMemory: true } })
    expect(entries).toMatchObject([{ event: 'slow query', plan: 'COLLSCAN', filter: '{ secret: ? }', docsExamined: 90 }, { plan: 'IXSCAN, SORT', sort: '{"at":-1}' }])
    expect(JSON.stringify(entries)).not.toContain('word')
  })

  it('not when it was quick, served by an index, or asked for everything', () => {
    const entries: LogEntry[] = []
    const slow = new SlowQueries(entry => entries.push(entry), 100)
    slow.ended({ ...query, millis: 99, counts: { keysExamined: 0, docsExamined: 90, scannedCollection: true } })
    slow.ended({ ...query, counts: { keysExamined: 90, docsExamined: 90 } })
    slow.ended({ ...query, filter: {}, counts: { keysExamined: 0, docsExamined: 90, scannedCollection: true } })
    expect(entries).toEqual([])
  })
})
