import { describe, expect, it } from 'vitest'
import { takeTurns } from './turns.ts'

describe('long work', () => {
  it('goes on at once while it is short', () => {
    expect(takeTurns()()).toBeUndefined()
  })

  it('lets others have their turn now and then', async () => {
    const turns = takeTurns()
    let others = 0
    const timer = setInterval(() => others++, 1)
    const end = performance.now() + 60
    while (performance.now() < end) await turns()
    clearInterval(timer)
    // Without a turn of theirs it would be none at all; how many it is says how busy the machine is.
    expect(others).toBeGreaterThan(0)
  })
})
