import type { ConversationRow } from '#contracts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gatherRows } from './gather.ts'

const row = (id: string, revision: number) => ({ id, revision }) as ConversationRow

describe('rows that are pushed', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('are drawn together, the newest state of each', () => {
    const drawn: ConversationRow[][] = []
    const incoming = gatherRows(rows => drawn.push(rows))
    incoming.add(row('a', 1))
    incoming.add(row('b', 2))
    incoming.add(row('a', 3))
    incoming.add(row('a', 2))
    vi.advanceTimersByTime(60)
    expect(drawn).toEqual([[row('a', 3), row('b', 2)]])
  })
  it('wait no longer because more come', () => {
    let times = 0
    const incoming = gatherRows(() => { times++ })
    for (let i = 0; i < 20; i++) {
      incoming.add(row('a', i))
      vi.advanceTimersByTime(10)
    }
    expect(times).toBeGreaterThanOrEqual(3)
  })
  it('come at once when something that follows needs them, and not again', () => {
    const drawn: ConversationRow[][] = []
    const incoming = gatherRows(rows => drawn.push(rows))
    incoming.add(row('a', 1))
    incoming.flush()
    expect(drawn).toHaveLength(1)
    vi.advanceTimersByTime(200)
    expect(drawn).toHaveLength(1)
  })
})
