import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nextActionKinds, queueNames, readinessMarks, signalTypes, stages } from '#contracts'
import en from './en.json'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...flat(value, `${prefix}${key}.`)]))
}
const places = (text: string) => new Set(Array.from(text.matchAll(/\{(\w+)\}/g), m => m[1]!))
const load = (code: string) => flat(JSON.parse(readFileSync(new URL(`./${code}.json`, import.meta.url), 'utf8')) as Tree)
const english = flat(en)

describe.each(['hi', 'ar', 'id'])('the words in %s', (code) => {
  const words = load(code)

  it('say everything that English says, and nothing else', () => {
    expect([...words.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('fill in nothing that English does not know', () => {
    const strange = [...words].filter(([key, text]) => [...places(text)].some(place => !places(english.get(key) ?? '').has(place)))
    expect(strange).toEqual([])
  })

  it('leave out no name, piece or time that English fills in', () => {
    // A count may be said in a word of its own, as Arabic says one and two.
    const counts = new Set(['n', 'days', 'hours', 'touches', 'quietDays', 'usual'])
    const missing = [...english].filter(([key, text]) => [...places(text)].some(place => !counts.has(place) && !places(words.get(key) ?? '').has(place)))
    expect(missing).toEqual([])
  })
})

describe('the words in English', () => {
  it('name every queue, mark, stage and advice', () => {
    const needed = [...queueNames.flatMap(q => [`queue.${q}`, `empty.${q}.title`, `empty.${q}.text`]), ...readinessMarks.map(m => `mark.${m}`), ...stages.map(s => `stage.${s}`), ...nextActionKinds.map(k => `next.${k}`)]
    expect(needed.filter(key => !english.has(key))).toEqual([])
  })

  it('word every behaviour that stands between messages', () => {
    const silent = ['message', 'question', 'image', 'video', 'voice', 'document', 'location', 'contact_shared', 'reaction', 'order', 'product_enquiry', 'reengaged', 'read']
    const needed = signalTypes.filter(type => !silent.includes(type) && !type.startsWith('touch_'))
    expect(needed.filter(type => !english.has(`signal.${type}.plain`))).toEqual([])
  })
})
