import { describe, expect, it } from 'vitest'
import { initialsOf, maskedPhone, shownAddress, shownName } from './masking.ts'

describe('a masked address', () => {
  it.each([['+919876544410', '+91 •• 4410'], ['+971501234567', '+971 •• 4567'], ['+6581234567', '+65 •• 4567'], ['9876544410', '•• 4410'], ['12345', '•• 45']])('of the number %s is %s', (value, shown) => {
    expect(maskedPhone(value)).toBe(shown)
  })

  it.each([['email', 'priya.sharma@example.com', 'p••@••'], ['username', '@priya.s', '@pr••'], ['user', 'IN.1349120865530274', '•• 0274'], ['card', 'GOLD-7781', '•• 7781']])('of a %s shows too little to write to', (kind, value, shown) => {
    expect(shownAddress({ kind, value }, false)).toBe(shown)
  })
})

describe('a username', () => {
  it.each(['priya.s', '@priya.s'])('stored as %s is read behind one @, whole and masked', (value) => {
    expect(shownAddress({ kind: 'username', value }, true)).toBe('@priya.s')
    expect(shownAddress({ kind: 'username', value }, false)).toBe('@pr••')
  })
})

describe('a name', () => {
  it('that is only a number is masked as one, for those who may not see it', () => {
    expect(shownName('+91 98765 44410', false)).toBe('+91 •• 4410')
    expect(shownName('+91 98765 44410', true)).toBe('+91 98765 44410')
    expect(shownName('Priya Sharma', false)).toBe('Priya Sharma')
  })

  it.each([['Priya Sharma', 'PS'], ['Priya Anand Sharma', 'PS'], ['priya', 'P'], ['प्रिया शर्मा', 'प्रिश'], ['王小明', '王'], ['+91 •• 4410', '10'], ['+919876544410', '10'], ['…', '']])('"%s" has the initials "%s"', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })
})
