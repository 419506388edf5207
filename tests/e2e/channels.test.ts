import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }

let sandbox: Sandbox
let page: Page

const rowOf = (window: Page) => window.locator('main li').filter({ hasText: 'WhatsApp' }).first()
const checkNow = () => rowOf(page).getByRole('button', { name: /^Check now/ }).click()

/** What the provider's side of the sandbox does to calls. */
async function setFaults(faults: object): Promise<void> {
  const answer = await fetch(`${sandbox.product.url}/simulator/control/faults`, { method: 'PUT', headers: { 'content-type': 'application/json', 'origin': sandbox.product.url }, body: JSON.stringify(faults) })
  expect(answer.status).toBe(200)
}

describe.skipIf(chromiumPath === undefined)('the channels in settings', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await page.goto(`${sandbox.product.url}/settings/channels`)
    await rowOf(page).waitFor(shown)
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('are checked when an administrator asks, and say what is wrong until it is mended', async () => {
    await checkNow()
    await rowOf(page).getByText('Its provider takes our keys.').waitFor(shown)
    await setFaults({ deadToken: true })
    await checkNow()
    await rowOf(page).getByText('does not work').waitFor(shown)
    await rowOf(page).getByText(/refuses our account with code 190/).waitFor(shown)
    await setFaults({})
    await checkNow()
    await rowOf(page).getByText('works', { exact: true }).waitFor(shown)
  })

  it('are shown to an advisor, who cannot ask', async () => {
    const advisor = await sandbox.inbox('advisor', { width: 1440 })
    await advisor.goto(`${sandbox.product.url}/settings/channels`)
    await rowOf(advisor).getByText('Its provider takes our keys.').waitFor(shown)
    expect(await advisor.getByRole('button', { name: /^Check now/ }).count()).toBe(0)
  })
})
