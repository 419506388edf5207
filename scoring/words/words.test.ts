import { describe, expect, it } from 'vitest'
import { signalTypes } from '#contracts'
import { changeCodes } from '../change.ts'
import { nextActionReasonCodes, reasonCodes } from '../codes.ts'
import { actionInWords, changeInWords, reasonInWords, signalInWords, words } from './index.ts'

const languages = Object.keys(words) as (keyof typeof words)[]
const params = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, name === 'signal' ? 'voice' : name === 'piece' ? 'Solitaire' : name === 'source' ? 'instagram' : name === 'season' ? 'weddings' : 5]))

describe.each(languages)('in %s', (language) => {
  it('every reason, action and change has a sentence that uses its parameters and leaves none open', () => {
    const said = [
      ...Object.entries(reasonCodes).map(([code, names]) => ({ code, names, text: reasonInWords({ code, params: params(names) }, language) })),
      ...Object.entries(nextActionReasonCodes).map(([code, names]) => ({ code, names, text: actionInWords({ reason: { code, params: params(names) } }, language) })),
      ...Object.entries(changeCodes).map(([code, names]) => ({ code, names, text: changeInWords({ code: code as keyof typeof changeCodes, params: params(names) }, language) })),
    ]
    for (const { code, names, text } of said) {
      expect(text, code).not.toMatch(/[{}]|undefined/)
      expect(text, code).not.toBe(code.replaceAll('_', ' '))
      if ((names as readonly string[]).includes('piece')) expect(text).toContain('Solitaire')
    }
  })

  it('every signal has a name', () => {
    for (const type of signalTypes) expect(signalInWords(type, language)).not.toBe(type.replaceAll('_', ' '))
  })
})

it('counts days as people say them', () => {
  const asked = (days: number) => reasonInWords({ code: 'asked_price', params: { days } })
  expect([0, 1, 2].map(asked)).toEqual(['Asked for a price today', 'Asked for a price yesterday', 'Asked for a price 2 days ago'])
  expect(reasonInWords({ code: 'silence_first', params: { days: 2 } }, 'ar')).toContain('قبل يومين')
})

it('reads a code that it does not know as its name', () => {
  expect(reasonInWords({ code: 'something_new', params: {} })).toBe('something new')
})
