import { describe, expect, it } from 'vitest'
import { fillTemplate, guessParams, templateParts } from './templates.ts'

const body = 'Dear {{1}}, we expect you on {{ 2 }}. Yours, {{1}}'

describe('a template', () => {
  it('shows what fills its places, and the name of what is missing', () => {
    expect(templateParts(body, ['Priya', ' '], ['Name', 'Day'])).toEqual([
      { text: 'Dear ', open: false },
      { text: 'Priya', open: false },
      { text: ', we expect you on ', open: false },
      { text: 'Day', open: true },
      { text: '. Yours, ', open: false },
      { text: 'Priya', open: false },
    ])
  })
  it('is told as plain words, with what is missing in brackets', () => {
    expect(fillTemplate(body, ['Priya', ''], ['Name', 'Day'])).toBe('Dear Priya, we expect you on [Day]. Yours, Priya')
    expect(fillTemplate(body, ['Priya', 'Saturday'], [])).toBe('Dear Priya, we expect you on Saturday. Yours, Priya')
  })
  it('keeps a place that a value only looks like', () => {
    expect(fillTemplate('{{1}} {{2}}', ['{{2}}', 'two'], [])).toBe('{{2}} two')
  })
  it('is begun with what is known of the person', () => {
    expect(guessParams(['customer_name', 'piece', 'store', 'day'], { name: 'Priya Malhotra', piece: 'Halo R-221', store: 'Bandra' })).toEqual(['Priya', 'Halo R-221', 'Bandra', ''])
  })
})
