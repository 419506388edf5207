import { describe, expect, it } from 'vitest'
import ar from './ar.json'
import en from './en.json'
import hi from './hi.json'
import id from './id.json'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...flat(value, `${prefix}${key}.`)]))
}
const places = (text: string) => [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), match => match[1]!))].sort()
const english = flat(en)

describe.each(Object.entries({ hi, ar, id }))('the words of the phone in %s', (_, tree) => {
  const words = flat(tree)

  it('say everything that English says, and nothing else', () => {
    expect([...words.keys()].sort()).toEqual([...english.keys()].sort())
  })
  it('fill in what English fills in', () => {
    expect([...words].filter(([key, text]) => places(text).join() !== places(english.get(key) ?? '').join())).toEqual([])
  })
})
