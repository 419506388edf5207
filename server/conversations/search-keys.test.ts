import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitsOf, isBareNumber, normalised, searchKeysOf, withName, withTags } from './search-keys.ts'

const keysOf = (name: string, addresses: { kind: string, value: string }[] = [], tags: string[] = []) => searchKeysOf({ name, addresses, tags })
const someKeyBegins = (keys: string[], start: string) => keys.some(key => key.startsWith(start))

describe('text made comparable', () => {
  it.each([
    ['Éloïse ÅSTRÖM', 'eloise astrom'],
    ['Straße', 'strasse'],
    ['İPEK Işık', 'ipek isik'],
    ['Łukasz Ørsted', 'lukasz orsted'],
    ['ＰＲＩＹＡ', 'priya'],
    ['مُحَمَّد', 'محمد'],
    ['فاطمة', 'فاطمه'],
    ['O\'Neill-Smith', 'o neill smith'],
    ['१२३٤٥٦', '123456'],
  ])('%s becomes %s', (text, expected) => {
    expect(normalised(text)).toBe(expected)
  })

  it('keeps the vowel signs of Indic scripts, which are letters to their readers', () => {
    expect(normalised('प्रिया शर्मा')).toBe('प्रिया शर्मा'.normalize('NFC'))
    expect(normalised('ज़ोया')).toBe(normalised('जोया'))
  })

  it('is the same when done twice, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => normalised(normalised(text)) === normalised(text)))
  })
})

describe('what somebody is found by', () => {
  it('is each word of the name with what follows, so that several words in a row find them', () => {
    expect(keysOf('Priya Anand Sharma')).toEqual(['n:priya anand sharma', 'n:anand sharma', 'n:sharma'])
  })

  it('is each character of a name in a script without spaces', () => {
    expect(keysOf('王小明')).toEqual(['n:王小明', 'n:小明', 'n:明'])
  })

  it('is any part of a phone number from three digits on', () => {
    const keys = keysOf('Priya', [{ kind: 'phone', value: '+91 98765-44410' }])
    const digits = '919876544410'
    for (let from = 0; from < digits.length - 2; from++) {
      for (let to = from + 3; to <= digits.length; to++) expect(someKeyBegins(keys, `p:${digits.slice(from, to)}`)).toBe(true)
    }
    expect(someKeyBegins(keys, 'p:555')).toBe(false)
  })

  it('is an e-mail, a handle, a card and a tag', () => {
    const keys = keysOf('Priya', [{ kind: 'email', value: 'Priya@Example.com' }, { kind: 'username', value: '@priya.s' }, { kind: 'card', value: 'GOLD-7' }], ['VIP', 'Gift Buyer'])
    expect(keys).toEqual(['n:priya', 't:vip', 't:gift buyer', 'e:priya@example.com', 'h:priya.s', 'c:gold-7'])
  })

  it('is nothing of an id that a provider made', () => {
    expect(keysOf('Priya', [{ kind: 'user', value: 'IN.13491208655302741918' }, { kind: 'visitor', value: 'v-1' }])).toEqual(['n:priya'])
  })

  it('is not the name of somebody who has only a number: that is found as a number', () => {
    expect(keysOf('+91 98765 44410')).toEqual([])
  })

  it('stays bounded, whatever it is given', () => {
    fc.assert(fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.array(fc.record({ kind: fc.constantFrom('phone', 'email', 'username', 'card', 'user'), value: fc.string({ maxLength: 300 }) }), { maxLength: 100 }),
      (name, addresses) => {
        const keys = keysOf(name, addresses)
        return keys.length <= 8 + 24 * 13 && keys.every(key => [...key].length <= 48) && new Set(keys).size === keys.length
      },
    ))
  })

  it('is the same set when name or tags are changed alone', () => {
    const addresses = [{ kind: 'phone', value: '+919876544410' }]
    const before = keysOf('Priya Sharma', addresses, ['VIP'])
    expect(new Set(withTags(withName(before, 'Priya Rao'), ['Wedding']))).toEqual(new Set(keysOf('Priya Rao', addresses, ['Wedding'])))
  })
})

describe('a number in place of a name', () => {
  it.each(['+91 98765 44410', '919876544410', '(022) 4890-1000', '+٩١ ٩٨٧٦٥ ٤٤٤١٠'])('%s is one', name => expect(isBareNumber(name)).toBe(true))
  it.each(['Priya', 'Room 101', 'Priya 98765', '12345', ''])('"%s" is none', name => expect(isBareNumber(name)).toBe(false))
  it('has its digits read in any script', () => expect(digitsOf('+٩١ ९८७६')).toBe('919876'))
})
