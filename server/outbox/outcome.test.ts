import { describe, expect, it } from 'vitest'
import { SendError } from '#webhooks'
import { mostAttempts, mostTelling, outcomeOf } from './outcome.ts'

const error = (klass: SendError['class'], more: Partial<ConstructorParameters<typeof SendError>[0]> = {}) => new SendError({ class: klass, code: 'x', message: 'x', ...more })

describe('what becomes of a failed send', () => {
  it('comes back later and later after a passing fault, and gives up in the end', () => {
    const pauses = Array.from({ length: mostAttempts - 1 }, (_, i) => outcomeOf(error('retry'), i + 1, 1))
    expect(pauses.map(o => o.next === 'retry' && o.inMs)).toEqual([2_000, 6_000, 18_000, 54_000, 162_000, 300_000])
    expect(outcomeOf(error('retry'), mostAttempts, 1)).toEqual({ next: 'fail', code: 'unreachable', canRetry: true })
  })

  it('never comes back earlier than the provider asked', () => {
    expect(outcomeOf(error('retry', { retryAfterMs: 40_000 }), 1, 0)).toMatchObject({ inMs: 40_000 })
  })

  it('fails at once, with the time from which it may be sent again, where the provider asks for more than an hour', () => {
    expect(outcomeOf(error('retry', { retryAfterMs: 86_400_000 }), 1, 0)).toEqual({ next: 'fail', code: 'not_yet', canRetry: true, retryInMs: 86_400_000 })
  })

  it('is never tried again by itself once the provider may have it', () => {
    expect(outcomeOf(error('retry', { mayHaveBeenSent: true }), 1, 0)).toEqual({ next: 'uncertain' })
  })

  it('holds the whole number when it is too fast', () => {
    expect(outcomeOf(error('slow'), 1, 0)).toMatchObject({ next: 'retry', holdChannelMs: 60_000 })
  })

  it('shows a dead token as a dead channel', () => {
    expect(outcomeOf(error('dead'), 1, 0)).toMatchObject({ next: 'fail', channelDead: true, canRetry: true })
  })

  it('closes the lane of a user id that cannot be written to', () => {
    expect(outcomeOf(error('elsewhere', { code: '131062' }), 1, 0)).toMatchObject({ blockLane: true })
    expect(outcomeOf(error('elsewhere', { code: '131026' }), 1, 0)).toMatchObject({ blockLane: false })
  })
})

describe('of several codes', () => {
  const classes: Record<number, SendError['class']> = { 131000: 'retry', 131026: 'elsewhere', 131047: 'window', 131050: 'suppress', 131062: 'elsewhere', 190: 'dead' }
  const told = (...codes: number[]) => mostTelling(codes, code => classes[code] ?? 'content')

  it('what says something of the account or the person counts, wherever it stands', () => {
    expect(told(131000, 131050, 131026)).toBe(131050)
    expect(told(999, 131050, 190)).toBe(190)
    expect(told(131026, 131062)).toBe(131062)
    expect(told(131000, 131047)).toBe(131047)
  })

  it('the first counts where they say as much, and none of none', () => {
    expect(told(998, 999)).toBe(998)
    expect(told()).toBeUndefined()
  })
})
