import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languagePlace } from '#contracts'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const known = 'Priya Malhotra'
const number = '+919820144410'

let sandbox: Sandbox

describe.skipIf(chromiumPath === undefined)('a phone number', () => {
  beforeAll(async () => { sandbox = await startSandbox() }, 150_000)
  afterAll(() => sandbox?.close())

  const written = (page: Page) => page.getByRole('complementary').locator('bdi').filter({ hasText: number })

  for (const language of ['en', 'ar']) {
    it(`is read in groups from left to right and copied without a gap, in ${language}`, async () => {
      const page = await sandbox.inbox('manager', { width: 1440 })
      await page.evaluate(([place, code]) => localStorage.setItem(place, code), [languagePlace, language] as const)
      await page.goto(`${sandbox.product.url}/inbox/all?q=${encodeURIComponent(number)}`)
      await page.locator('li button').filter({ hasText: known }).first().click()
      await expect.poll(() => written(page).locator('span').allTextContents(), shown).toEqual(['+91', '98201', '44410'])
      expect(await page.locator('html').getAttribute('lang')).toBe(language)
      const groups = await written(page).locator('span').evaluateAll(spans => spans.map(span => span.getBoundingClientRect()).map(({ left, right }) => ({ left, right })))
      for (const [i, { left }] of groups.entries()) {
        if (i > 0) expect(left - groups[i - 1]!.right).toBeGreaterThan(2)
      }
      const copied = await written(page).evaluate((element) => {
        getSelection()?.selectAllChildren(element)
        return String(getSelection())
      })
      expect(copied).toBe(number)
      await page.close()
    })
  }
})
