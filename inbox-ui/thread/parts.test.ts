import { describe, expect, it } from 'vitest'
import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { linePath } from '../context/line.ts'
import { hueOf } from '../lib/hue.ts'
import { makeI18n } from '../lib/i18n.ts'
import ReadinessMark from '../shell/ReadinessMark.vue'
import { chordOf, shortcutFor, shortcuts } from '../shell/shortcuts.ts'
import { makeShortcuts } from '../shell/useShortcuts.ts'
import { makeToasts } from '../shell/useToasts.ts'
import DeliveryTicks from './DeliveryTicks.vue'
import { mayFold } from './fold.ts'
import { barsOf } from './waveform.ts'

describe('a message that may be folded', () => {
  it('has many lines or many letters', () => expect([mayFold('a\n'.repeat(25)), mayFold('word '.repeat(400))]).toEqual([true, true]))
  it('is no usual one', () => expect([mayFold('Is the ring still there?'), mayFold('a\n'.repeat(24))]).toEqual([false, false]))
})

describe('pictures of numbers', () => {
  it('draw a voice note with as many bars as there is room for', () => {
    expect(barsOf([], 4)).toHaveLength(4)
    expect(barsOf([0, 1, 0, 0.5], 2)).toEqual([1, 0.5])
  })
  it('draw a line that never leaves its box', () => {
    const path = linePath([0.1, 0.9, 0.2, 0.2, 0.95].map((p, i) => ({ at: new Date(i * 86_400_000).toISOString(), p })), 100, 50)
    const ys = Array.from(path.matchAll(/-?[\d.]+ (-?[\d.]+)/g), m => Number(m[1]))
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...ys)).toBeLessThanOrEqual(50)
    expect(linePath([], 1, 1)).toBe('')
  })
  it('give neighbours in a list hues that are far apart', () => {
    const hues = Array.from({ length: 12 }, (_, i) => Math.floor(hueOf(`cu-${i}`) / 60))
    expect(new Set(hues).size).toBeGreaterThan(3)
  })
})

describe('marks', () => {
  it('differ in shape, not only in hue', async () => {
    const drawn = await Promise.all((['ready', 'warming', 'steady', 'let_be', 'owner', 'answer'] as const).map(mark => renderToString(createSSRApp({ render: () => h(ReadinessMark, { mark }) }))))
    expect(new Set(drawn.map(svg => svg.replace(/class="[^"]*"/g, ''))).size).toBe(6)
  })
  it('say to a screen reader what the ticks say', async () => {
    const app = createSSRApp({ render: () => h(DeliveryTicks, { status: 'read' }) })
    app.use(makeI18n())
    expect(await renderToString(app)).toContain('aria-label="Read"')
  })
})

describe('keys', () => {
  const press = (key: string, over = {}) => ({ key, metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...over })
  it('are read alike on every keyboard', () => {
    expect(chordOf(press('k', { metaKey: true }))).toBe(chordOf(press('k', { ctrlKey: true })))
    expect(shortcutFor(press('?', { shiftKey: true }))).toBe('help')
    expect(shortcutFor(press('E'))).toBe('close')
  })
  it('mean one thing each', () => {
    const all = shortcuts.flatMap(s => [...s.keys])
    expect(new Set(all).size).toBe(all.length)
  })
  it('belong to what opened last, unless it has no use for them', () => {
    const keys = makeShortcuts()
    const heard: string[] = []
    keys.bind('back', () => { heard.push('list') })
    const release = keys.bind('back', () => { heard.push('drawer'); return heard.length > 1 ? false : undefined })
    keys.run('back')
    keys.run('back')
    release()
    expect(heard).toEqual(['drawer', 'drawer', 'list'])
  })
})

describe('toasts', () => {
  it('are three at most and go by themselves', () => {
    const due: (() => void)[] = []
    const toasts = makeToasts(run => due.push(run))
    for (const text of ['a', 'b', 'c', 'd']) toasts.say(text)
    expect(toasts.list.value.map(toast => toast.text)).toEqual(['b', 'c', 'd'])
    due[3]?.()
    expect(toasts.list.value.map(toast => toast.text)).toEqual(['b', 'c'])
  })
  it('of one group replace each other', () => {
    const toasts = makeToasts(() => {})
    toasts.say('joined', { group: 'm' })
    toasts.say('other')
    toasts.say('undone', { group: 'm' })
    expect(toasts.list.value.map(toast => toast.text)).toEqual(['other', 'undone'])
  })
})
