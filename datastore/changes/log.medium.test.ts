import type { LogEntry } from './entry.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { openEnvironment } from '../storage/environment.ts'
import { Interests } from './interests.ts'
import { ChangeLog } from './log.ts'

let dir: string
let environment: ReturnType<typeof openEnvironment>
let table: ReturnType<typeof openEnvironment>['changes']

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'datastore-log-'))
  environment = openEnvironment(dir)
  table = environment.changes
})
afterEach(async () => {
  await environment.close()
  rmSync(dir, { recursive: true, force: true })
})

const at = (seconds: number): Date => new Date(seconds * 1000)

function entry(seconds: number, size = 10): LogEntry {
  return { kind: 'insert', images: false, wallTime: seconds * 1000, number: 7, database: 'db', name: 'items', documents: [encodeDocument({ _id: 1, text: 'x'.repeat(size) })] }
}

function inTransaction<T>(work: () => T): T {
  let value: T | undefined
  environment.root.transactionSync(() => {
    value = work()
  })
  return value!
}

describe('the log', () => {
  it('gives entries back in their order, and goes on where it ended when it is opened again', () => {
    const log = new ChangeLog(table, { maxBytes: 1e6, maxAgeMillis: 1e9 })
    const positions = inTransaction(() => [1, 1, 2].map(seconds => log.append(entry(seconds))))
    expect(log.after(0n).map(({ position }) => position)).toEqual(positions)
    expect(log.after(positions[1]!).map(({ position }) => position)).toEqual([positions[2]])
    const again = new ChangeLog(table, { maxBytes: 1e6, maxAgeMillis: 1e9 })
    expect(again.last).toBe(positions[2])
    expect(again.size).toBe(log.size)
  })

  it('does not give a position twice, also when a transaction did not happen', () => {
    const log = new ChangeLog(table, { maxBytes: 1e6, maxAgeMillis: 1e9 })
    let lost = 0n
    expect(() => inTransaction(() => {
      lost = log.append(entry(1))
      throw new Error('no')
    })).toThrow('no')
    log.load()
    expect(log.after(0n)).toEqual([])
    expect(log.size).toBe(0)
    expect(inTransaction(() => log.append(entry(1)))).toBeGreaterThan(lost)
  })

  it('is pruned from the oldest on until it is small enough, and knows how far', () => {
    const log = new ChangeLog(table, { maxBytes: 10_000, maxAgeMillis: 1e9 })
    const positions = inTransaction(() => Array.from({ length: 100 }, (_, i) => log.append(entry(i, 200))))
    expect(log.isDue(at(100))).toBe(true)
    while (log.isDue(at(100)))
      inTransaction(() => log.prune(at(100)))
    expect(log.size).toBeLessThanOrEqual(9000)
    expect(log.size).toBeGreaterThan(8000)
    const kept = log.after(0n)
    expect(kept.at(-1)!.position).toBe(positions.at(-1))
    expect(log.floor).toBe(positions[positions.length - kept.length - 1])
    const again = new ChangeLog(table, { maxBytes: 10_000, maxAgeMillis: 1e9 })
    expect([again.floor, again.size, again.last]).toEqual([log.floor, log.size, log.last])
  })

  it('is pruned of what is too old, and keeps its last position when nothing is left', () => {
    const log = new ChangeLog(table, { maxBytes: 1e6, maxAgeMillis: 10_000 })
    const [, second] = inTransaction(() => [1, 5].map(seconds => log.append(entry(seconds))))
    expect(log.isDue(at(11))).toBe(false)
    inTransaction(() => log.prune(at(12)))
    expect(log.after(0n).map(({ position }) => position)).toEqual([second])
    inTransaction(() => log.prune(at(100)))
    expect(log.size).toBe(0)
    expect(new ChangeLog(table, { maxBytes: 1e6, maxAgeMillis: 10_000 }).last).toBe(second)
  })
})

describe('interests', () => {
  const HOUR = 3600

  it('tell from where on a scope is logged, by itself or by a wider one', () => {
    const interests = new Interests(table, HOUR * 1000)
    inTransaction(() => interests.note(['', 'db', 'db.a'], 5n, at(0)))
    expect(interests.since(['', 'db', 'db.a'])).toBe(5n)
    expect(interests.since(['', 'db', 'db.b'])).toBeUndefined()
    inTransaction(() => interests.note(['', 'db'], 9n, at(0)))
    inTransaction(() => interests.note(['', 'db', 'db.b'], 12n, at(0)))
    expect(interests.since(['', 'db', 'db.b'])).toBe(9n)
    expect(new Interests(table, HOUR * 1000).since(['', 'db', 'db.a'])).toBe(5n)
  })

  it('last as long as they are used, and so long after', () => {
    let now = at(0)
    const interests = new Interests(table, HOUR * 1000)
    inTransaction(() => interests.note(['', 'db', 'db.a'], 5n, now))
    const release = interests.hold('db.a', () => now)
    now = at(5 * HOUR)
    expect(interests.isDue(now)).toBe(true)
    inTransaction(() => interests.expire(now))
    expect(interests.has('db.a')).toBe(true)
    expect(interests.isDue(now)).toBe(false)
    release()
    release()
    now = at(5.9 * HOUR)
    inTransaction(() => interests.expire(now))
    expect(interests.has('db.a')).toBe(true)
    now = at(6.1 * HOUR)
    inTransaction(() => interests.expire(now))
    expect(interests.any).toBe(false)
    expect(new Interests(table, HOUR * 1000).any).toBe(false)
  })

  it('are bounded: beyond a number of scopes everything is logged', () => {
    const interests = new Interests(table, HOUR * 1000)
    inTransaction(() => {
      for (let i = 0; i < 1000; i++)
        interests.note(['', 'db', `db.${i}`], 5n, at(0))
      expect(interests.note(['', 'db', 'db.more'], 7n, at(0))).toBe('')
    })
    expect(interests.since(['', 'other', 'other.x'])).toBe(7n)
  })
})
