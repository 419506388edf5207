import { describe, expect, it } from 'vitest'
import { arabicPlural, directionOf, firstLanguage } from './languages.ts'

describe('languages', () => {
  it('begin with what was chosen, then with what the browser asks for', () => {
    expect([firstLanguage('hi', ['ar']), firstLanguage(null, ['fr', 'id-ID']), firstLanguage(null, ['fr'])]).toEqual(['hi', 'id', 'en'])
  })
  it('count as Arabic counts', () => expect([1, 2, 3, 10, 11, 103, 100].map(n => arabicPlural(n, 4))).toEqual([0, 1, 2, 2, 3, 2, 3]))
  it('take one of two forms, and one of three, where a message has no more', () => {
    expect([1, 2, 100].map(n => arabicPlural(n, 2))).toEqual([0, 1, 1])
    expect([0, 1, 100].map(n => arabicPlural(n, 3))).toEqual([0, 1, 2])
  })
  it('run in their direction', () => expect([directionOf('ar'), directionOf('hi')]).toEqual(['rtl', 'ltr']))
})
