import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveLearntHouse } from '../support/learning.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** A person with everything in the thread: pictures, a voice note, pieces, silences, behaviour, two lanes. */
const known = 'Priya Malhotra'
/** Somebody who may be another customer's second entry. */
const doubtful = 'Zoya Sheikh'

let sandbox: Sandbox
let page: Page

/** What axe finds against WCAG 2.2 AA and its own best practices, as lines to read; in all of the page, or in a part of it. */
async function violations(part?: string): Promise<string[]> {
  // What fades in is not judged half way.
  await page.evaluate(() => Promise.all(document.getAnimations().filter(animation => animation.effect?.getComputedTiming().iterations !== Infinity).map(animation => animation.finished.catch(() => {}))))
  if (await page.evaluate(() => !('axe' in window))) await page.addScriptTag({ path: axe })
  // An open menu stands outside all landmarks, as dialogs do, which axe knows of: the button that it belongs to says where it is.
  const rules = { region: { enabled: part === undefined } }
  const found = await page.evaluate(([part, rules]) => (window as unknown as { axe: { run: (what: Document | string, options: object) => Promise<AxeResults> } }).axe.run(part ?? document, { resultTypes: ['violations'], rules }), [part, rules] as const)
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => `${id} at ${target.join(' ')}: ${html.slice(0, 160)}\n${failureSummary}`))
}

async function open(language: string, theme: 'light' | 'dark', width: number): Promise<void> {
  const context = await sandbox.browser.newContext({ viewport: { width, height: 900 }, locale: language, colorScheme: theme, reducedMotion: 'reduce', bypassCSP: true })
  page = await context.newPage()
  await page.goto(`${sandbox.product.url}/inbox/all`)
  await page.locator('form').waitFor(shown)
}
async function threadShown(name: string): Promise<void> {
  await page.locator('main h1').filter({ hasText: name }).waitFor(shown)
  await page.locator('article').last().waitFor(shown)
  await page.locator('textarea').waitFor(shown)
}
/** Finds somebody with keys alone; the palette stays open at their name. */
async function find(name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(name)
  await page.getByRole('option').filter({ hasText: name }).first().waitFor(shown)
}

/** What opens a menu above the list, above the thread and in the composer, by its icon, which is the same in every language. */
const menus = ['list-filter', 'alarm-clock', 'user-round-check', 'gem', 'chevron-down', 'calendar-clock']
/** The buttons of this icon that can be seen. */
const withIcon = (name: string) => page.locator(`button:has(svg.lucide-${name}):visible`)

/** Every pair of language, theme and width; all eight together would find no more and take twice as long. */
const looks = [
  { language: 'en', theme: 'light', width: 1440 },
  { language: 'en', theme: 'dark', width: 390 },
  { language: 'ar', theme: 'light', width: 390 },
  { language: 'ar', theme: 'dark', width: 1440 },
] as const

describe.skipIf(chromiumPath === undefined)('everybody can use it', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
  }, 150_000)
  afterEach(() => page?.context().close())
  afterAll(() => sandbox?.close())

  it.each(looks)('in $language, $theme, $width pixels wide: nothing that axe knows stands in the way', async ({ language, theme, width }) => {
    const found: Record<string, string[]> = {}
    const look = async (place: string, part?: string) => { found[place] = await violations(part) }
    await open(language, theme, width)
    await look('sign-in')
    // The administrator, the last of the three, sees every section.
    await page.getByRole('main').getByRole('button').nth(3).click()
    await page.locator('li button time').first().waitFor(shown)
    await look('list')
    await find(known)
    await look('palette')
    await page.keyboard.press('Enter')
    await threadShown(known)
    await look('thread')
    if (width < 1240) {
      await page.keyboard.press('c')
      await page.getByRole('dialog').waitFor(shown)
      await look('context')
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor(shown)
    await look('keys')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await find(doubtful)
    await page.keyboard.press('Enter')
    await threadShown(doubtful)
    await page.keyboard.press('m')
    await page.getByRole('dialog').waitFor(shown)
    await look('merge')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await find(known)
    await page.keyboard.press('Enter')
    await threadShown(known)
    // With words in the composer all that it can do is on offer.
    await page.locator('textarea').fill('The light is best at five.')
    await look('words in the composer', 'main')
    for (const name of menus) {
      const button = withIcon(name).first()
      // On a phone the list is behind the thread.
      if (await button.count() === 0) continue
      await button.click()
      await page.locator('.menu').waitFor(shown)
      await look(`menu ${name}`, '.menu')
      await page.keyboard.press('Escape')
      await page.locator('.menu').waitFor({ state: 'hidden' })
      // The hand comes back to where it was; only then is the next thing done, as by a person.
      await expect.poll(() => button.evaluate(element => element === document.activeElement), shown).toBe(true)
    }
    await page.locator('article').last().focus()
    await page.keyboard.press('Enter')
    await page.locator('.menu:focus-within').waitFor(shown)
    await look('menu of a message', '.menu')
    await page.keyboard.press('Escape')
    await page.goto(`${sandbox.product.url}/inbox/all`)
    await page.locator('li button time').first().waitFor(shown)
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByRole('toolbar').waitFor(shown)
    await look('chosen')
    await page.keyboard.press('Escape')
    await page.locator('h1 button').first().click()
    await page.locator('.menu').waitFor(shown)
    await look('menu of folders', '.menu')
    await page.keyboard.press('Escape')
    await page.locator('button:has([data-initials])[aria-haspopup]:visible').last().click()
    await page.locator('.menu').waitFor(shown)
    await look('menu of oneself', '.menu')
    await page.keyboard.press('Escape')
    await page.goto(`${sandbox.product.url}/inbox/all?q=nobody-is-called-this`)
    await withIcon('x').first().waitFor(shown)
    await page.locator('svg.lucide-search-x').waitFor(shown)
    await look('nobody found')
    for (const section of ['look', 'keys', 'channels', 'gold', 'people', 'deliveries']) {
      await page.goto(`${sandbox.product.url}/settings/${section}`)
      await page.locator(`nav a[href$="/settings/${section}"][aria-current=page]`).waitFor(shown)
      await page.locator('.skeleton').first().waitFor({ state: 'hidden' })
      await look(`settings, ${section}`)
      if (section !== 'people') continue
      await withIcon('ellipsis').first().click()
      await page.locator('.menu').waitFor(shown)
      await look('menu of a colleague', '.menu')
      await page.keyboard.press('Escape')
      await page.locator('.menu').waitFor({ state: 'hidden' })
      await withIcon('user-plus').click()
      await page.locator('main form').waitFor(shown)
      await look('somebody is invited')
    }
    await page.goto(`${sandbox.product.url}/readiness`)
    await page.getByRole('heading', { level: 2 }).first().waitFor(shown)
    await look('readiness of a new house')
    await serveLearntHouse(page)
    await page.reload()
    await page.getByRole('tabpanel').waitFor(shown)
    await look('readiness of a house that has learnt')
    await page.locator('main li button.btn[aria-label]').last().click()
    await page.getByRole('dialog').waitFor(shown)
    await look('another version is put in use', '[role="dialog"]')
    await page.keyboard.press('Escape')
    await page.goto(`${sandbox.product.url}/simulator/`)
    await page.locator('[data-test="phone-text"]:visible').waitFor(shown)
    await look('phone')
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map(place => [place, []])))
  }, 180_000)
})
