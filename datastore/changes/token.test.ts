import type { LogEntry } from './entry.ts'
import { Timestamp } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../bson/encode.ts'
import { decodeEntry, encodeEntry } from './entry.ts'
import { fromTimestamp, positionAfter, positionBytes, toTimestamp } from './position.ts'
import { readResumeToken, resumeToken } from './token.ts'

const at = (seconds: number): Date => new Date(seconds * 1000)

describe('positions', () => {
  it('follow the clock, and count on where it stands still or goes back', () => {
    const first = positionAfter(0n, at(100))
    const second = positionAfter(first, at(100))
    const third = positionAfter(second, at(50))
    const fourth = positionAfter(third, at(101))
    expect([first, second, third, fourth].map(position => toTimestamp(position)).map(({ t, i }) => [t, i])).toEqual([[100, 1], [100, 2], [100, 3], [101, 1]])
  })

  it('are the timestamps they are shown as, and sort as their bytes', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (a, b) => {
      expect(fromTimestamp(toTimestamp(a))).toBe(a)
      expect(Math.sign(positionBytes(a).compare(positionBytes(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
    }))
    expect(fromTimestamp(new Timestamp({ t: 4294967295, i: 4294967295 }))).toBe((1n << 64n) - 1n)
  })
})

describe('tokens', () => {
  it('read as what they were made of, and sort as text in the order of a stream', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom('event' as const, 'invalidate' as const, 'passed' as const), (position, phase) => {
      expect(readResumeToken(resumeToken({ position, phase }))).toEqual({ position, phase })
    }))
    const tokens = [resumeToken({ position: 5n, phase: 'event' }), resumeToken({ position: 5n, phase: 'invalidate' }), resumeToken({ position: 5n, phase: 'passed' }), resumeToken({ position: 6n, phase: 'event' })].map(({ _data }) => _data)
    expect([...tokens].sort()).toEqual(tokens)
  })

  it('that were made elsewhere are refused', () => {
    expect(() => readResumeToken({ _data: '8263B1' })).toThrow(expect.objectContaining({ code: 260 }) as Error)
    expect(() => readResumeToken({ _data: `${resumeToken({ position: 1n, phase: 'event' })._data}00` })).toThrow(expect.objectContaining({ code: 260 }) as Error)
    expect(() => readResumeToken('016B')).toThrow(expect.objectContaining({ code: 14 }) as Error)
  })
})

describe('an entry', () => {
  it('reads as it was written', () => {
    const written: LogEntry = { kind: 'rename', images: true, wallTime: 5000, number: 7, database: 'dätenbank', name: 'sämmlung', documents: [encodeDocument({ a: 1 }), encodeDocument({}), encodeDocument({ b: 'c' })] }
    expect(decodeEntry(encodeEntry(written, 12))).toEqual(written)
  })
})
