import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const [lightPart = '', darkPart = ''] = css.split('[data-theme=\'dark\']')

function tokens(part: string): Record<string, string> {
  return Object.fromEntries(Array.from(part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), m => [m[1], m[2]]))
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [hi = 0, lo = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (hi + 0.05) / (lo + 0.05)
}

describe.each([['light', tokens(lightPart)], ['dark', tokens(darkPart)]])('the %s theme', (_name, theme) => {
  const grounds = ['page', 'surface', 'sunk']
  const words = ['ink', 'muted', 'accent', 'ready', 'warming', 'steady', 'let-be', 'owner', 'answer', 'read', 'open', 'danger']

  it.each(words.flatMap(word => grounds.map(ground => [word, ground])))('keeps %s readable on %s in small text', (word, ground) => {
    expect(contrast(theme[word]!, theme[ground]!)).toBeGreaterThanOrEqual(4.5)
  })

  it.each([['ink', 'ours'], ['muted', 'ours'], ['read', 'ours'], ['danger', 'ours'], ['ink', 'theirs'], ['muted', 'theirs'], ['ink', 'note'], ['muted', 'note'], ['accent', 'accent-soft'], ['ink', 'accent-soft'], ['on-accent', 'accent'], ['warming', 'warming-soft'], ['danger', 'danger-soft'], ['ink', 'danger-soft']])('keeps %s readable on %s', (word, ground) => {
    expect(contrast(theme[word]!, theme[ground]!)).toBeGreaterThanOrEqual(4.5)
  })
})
