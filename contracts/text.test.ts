import { describe, expect, it } from 'vitest'
import { Line, plainLine, plainText, Prose, Unfinished } from './text.ts'

describe('what somebody wrote', () => {
  it('keeps its lines, its emoji and its joiners', () => {
    const written = 'नमस्ते 👩‍👩‍👧\n\tक्‍ष\n'
    expect(plainText(written)).toBe(written)
    expect(plainText('one\r\ntwo\rthree')).toBe('one\ntwo\nthree')
  })

  it('loses what cannot be stored or shown', () => {
    expect(plainText('a\u0000b\uD800c\u0007d\u009Fe')).toBe('abcde')
  })

  it('is refused when nothing of it can be seen', () => {
    for (const empty of ['', ' \n ', '\u0000', '\u200B\u2060', '\uD800']) expect(Prose(100).safeParse(empty).success, JSON.stringify(empty)).toBe(false)
    expect(Prose(100).parse('  ?\u0000 ')).toBe('?')
    expect(Prose(100).parse('💍')).toBe('💍')
  })

  it('may be empty and end in a space while it is being written', () => {
    expect(Unfinished(10).parse('')).toBe('')
    expect(Unfinished(10).parse('Hello ')).toBe('Hello ')
    expect(Unfinished(10).safeParse('x'.repeat(11)).success).toBe(false)
  })
})

describe('a name', () => {
  it('is one line that turns nothing beside it', () => {
    expect(plainLine(' Priya\u202E \n Shah\u0000 ')).toBe('Priya Shah')
    expect(plainLine('محمد')).toBe('محمد')
    expect(plainLine('क्‍ष')).toBe('क्‍ष')
  })

  it('is refused when nothing of it can be seen, or when it is too long', () => {
    for (const wrong of ['', '\u202E', '\u200B', 'x'.repeat(11)]) expect(Line(10).safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
  })
})
