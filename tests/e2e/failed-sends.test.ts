import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 20_000 }
const hour = 3_600_000
let sandbox: Sandbox
let page: Page
let provider: Page

const alert = (words: string) => page.getByRole('log').getByRole('alert').filter({ hasText: words })
const again = { name: 'Send again' }

async function open(name: string): Promise<void> {
  await page.getByRole('button').filter({ hasText: name }).filter({ has: page.locator('time') }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor(shown)
  await page.getByRole('log').locator('article').last().waitFor(shown)
}
/** Lets something go wrong at the provider, or right again. */
async function wrong(fault: string, on: boolean): Promise<void> {
  await provider.locator(`[data-test="phone-fault-${fault}"]`).setChecked(on)
}

describe.skipIf(chromiumPath === undefined)('a message that did not leave', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    provider = await sandbox.open('/simulator/', { width: 1440 })
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('says from when it can be sent again, and offers that only then', async () => {
    await wrong('marketingLimit', true)
    await open('Tanvi Kulkarni')
    await page.getByRole('button', { name: /^Price answer · English/ }).click()
    for (const field of await page.locator('form').getByRole('textbox').all()) {
      if (await field.inputValue() === '') await field.fill('noon')
    }
    await page.getByRole('button', { name: 'Send template' }).click()
    const failure = alert('It can be sent again from')
    await failure.waitFor(shown)
    expect(await failure.getByRole('button').count()).toBe(0)
    await page.clock.setFixedTime(Date.now() + 25 * hour)
    await failure.getByRole('button', again).waitFor({ timeout: 60_000 })
    await page.clock.setFixedTime(Date.now())
    await wrong('marketingLimit', false)
  }, 120_000)

  it('offers nothing where sending again cannot help', async () => {
    await wrong('undeliverable', true)
    await open('Marcus Tan')
    await page.getByRole('textbox', { name: 'Message' }).fill('It came in this morning.')
    await page.keyboard.press('Enter')
    const failure = alert('Not sent')
    await failure.waitFor(shown)
    expect(await failure.getByRole('button', again).count()).toBe(0)
    await wrong('undeliverable', false)
  }, 60_000)
})
