import { describe, expect, it } from 'vitest'
import { localTime, seasonAt, welcomeFrom } from './hours.ts'
import { regions } from './regions.ts'

const iso = (ms: number) => new Date(ms).toISOString()

describe('hours at the customer\'s place', () => {
  it('are theirs, not ours', () => {
    expect(localTime(Date.UTC(2026, 0, 5, 20), 'Asia/Kolkata')).toEqual({ date: '2026-01-06', hour: 1, weekday: 2 })
  })

  it('wait for the morning', () => {
    expect(iso(welcomeFrom(Date.UTC(2026, 0, 5, 20), 'Asia/Kolkata', regions.india))).toBe('2026-01-06T04:30:00.000Z')
  })

  it('leave a good hour as it is', () => {
    const noon = Date.UTC(2026, 0, 6, 8)
    expect(welcomeFrom(noon, 'Asia/Kolkata', regions.india)).toBe(noon)
  })

  it('keep Sunday free in India and Friday morning in the Gulf', () => {
    expect(iso(welcomeFrom(Date.UTC(2026, 0, 4, 6), 'Asia/Kolkata', regions.india))).toBe('2026-01-05T04:30:00.000Z')
    expect(iso(welcomeFrom(Date.UTC(2026, 0, 9, 7), 'Asia/Dubai', regions.gulf))).toBe('2026-01-09T11:00:00.000Z')
  })
})

it('knows the season that is near', () => {
  expect(seasonAt(Date.UTC(2026, 9, 20), 'Asia/Kolkata', regions.india)).toMatchObject({ name: 'dhanteras_diwali', inDays: 17, daysLeft: 22 })
  expect(seasonAt(Date.UTC(2026, 10, 8), 'Asia/Kolkata', regions.india)).toMatchObject({ name: 'dhanteras_diwali', inDays: 0, daysLeft: 3 })
  expect(seasonAt(Date.UTC(2026, 10, 11, 19), 'Asia/Kolkata', regions.india)).toMatchObject({ name: 'weddings', inDays: 9 })
  expect(seasonAt(Date.UTC(2026, 2, 19, 12), 'Asia/Dubai', regions.gulf)).toMatchObject({ name: 'ramadan', daysLeft: 0 })
  expect(seasonAt(Date.UTC(2026, 6, 1), 'Asia/Kolkata', regions.india)).toBeUndefined()
})
