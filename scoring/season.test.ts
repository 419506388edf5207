import { expect, it } from 'vitest'
import { actionInWords, assess, emptyState, fold, priorModel, regionOfCountry, words } from './index.ts'

const prior = priorModel()
const dayMs = 86_400_000
/** Somebody in India who asked for a price the day before and waits for an answer. */
function advice(at: number, awaitingReply = true) {
  const asking = fold(prior, emptyState(), { id: 'a', type: 'price_asked', at: at - dayMs })
  return assess(prior, asking, at, { awaitingReply, timeZone: 'Asia/Kolkata', region: regionOfCountry('IN')! }).nextAction
}
const inDiwali = Date.UTC(2026, 10, 9, 6)

it('a festival of their place that is near, or on, stands beside advice to act', () => {
  expect(advice(Date.UTC(2026, 9, 25, 6)).timing).toEqual({ code: 'season_near', params: { season: 'dhanteras_diwali', days: 12 } })
  expect(advice(inDiwali).timing).toEqual({ code: 'season_on', params: { season: 'dhanteras_diwali', days: 2 } })
  expect(advice(Date.UTC(2026, 6, 1, 6))).not.toHaveProperty('timing')
})

it('a festival is no reason to write to anybody', () => {
  const leftAlone = assess(prior, emptyState(), inDiwali, { timeZone: 'Asia/Kolkata', region: regionOfCountry('IN')! }).nextAction
  expect(leftAlone).toMatchObject({ kind: 'wait' })
  expect(leftAlone).not.toHaveProperty('timing')
})

it('a festival has its name in every language', () => {
  const said = (language: keyof typeof words) => actionInWords({ reason: advice(inDiwali).timing! }, language)
  expect((Object.keys(words) as (keyof typeof words)[]).map(said)).toEqual(['Diwali is on for another 2 days', 'दिवाली: अभी 2 दिन और', 'ديوالي، والنهاية بعد يومين', 'Diwali masih 2 hari lagi'])
})
