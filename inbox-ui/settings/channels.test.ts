import type { ChannelView } from '#contracts'
import { describe, expect, it } from 'vitest'
import { checkWords } from './useChannelChecks.ts'

type Check = NonNullable<ChannelView['check']>
const checked = (result: Check['result'], code: string | null = null): Check => ({ at: '2026-11-20T10:00:00.000Z', result, code })

describe('what is said of a channel', () => {
  it('that works is that it was asked, or that it could not be', () => {
    expect(checkWords({ state: 'live', reason: null, check: null })).toBeNull()
    expect(checkWords({ state: 'live', reason: null, check: checked('ok') })).toMatchObject({ key: 'ok' })
    expect(checkWords({ state: 'live', reason: null, check: checked('unknown', 'timeout') })).toEqual({ key: 'unknown', code: 'timeout' })
  })

  it('that does not work is why, and what is to be done', () => {
    expect(checkWords({ state: 'dead', reason: '190', check: checked('refused', '190') })).toEqual({ key: 'refused', code: '190' })
    expect(checkWords({ state: 'dead', reason: '131042', check: checked('ok') })).toEqual({ key: 'refusedYet', code: '131042' })
    expect(checkWords({ state: 'dead', reason: 'not_configured', check: null })).toMatchObject({ key: 'unset' })
    expect(checkWords({ state: 'dead', reason: '190', check: checked('unknown', 'network') })).toEqual({ key: 'refused', code: '190' })
  })
})
