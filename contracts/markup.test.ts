import { describe, expect, it } from 'vitest'
import { formatText, withoutMarks } from './markup.ts'

describe('a message\'s text', () => {
  it('shows WhatsApp\'s marks and makes addresses links', () => {
    expect(formatText('It is *here*, see https://a.example/r-221.')).toEqual([{ text: 'It is ' }, { text: 'here', style: 'bold' }, { text: ', see ' }, { text: 'https://a.example/r-221', href: 'https://a.example/r-221' }, { text: '.' }])
  })
  it('leaves a lone star and a name with underscores as they are', () => expect(formatText('5 * 3 and snake_case_name')).toEqual([{ text: '5 * 3 and snake_case_name' }]))
  it('never makes a link of a script', () => expect(formatText('javascript:alert(1)').every(part => part.href === undefined)).toBe(true))
  it('is its words alone where there is no room for marks, also for marks within marks', () => {
    expect(withoutMarks('It is *here* and _*yours*_, 5 * 3, see https://a.example/r_221_x')).toBe('It is here and yours, 5 * 3, see https://a.example/r_221_x')
  })
})
