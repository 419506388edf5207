import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const known = 'Priya Malhotra'

let sandbox: Sandbox

async function openThread(page: Page): Promise<void> {
  await page.goto(`${sandbox.product.url}/inbox/all?q=${encodeURIComponent(known)}`)
  await page.getByRole('list', { name: 'Conversations' }).getByRole('button').filter({ hasText: known }).first().click()
  await page.getByRole('article').last().waitFor(shown)
  await page.getByRole('textbox', { name: 'Message' }).waitFor(shown)
}
/** Where everything stands that people read and reach for. */
async function places(page: Page): Promise<unknown[]> {
  return Promise.all([page.locator('main h1'), page.getByRole('article').last(), page.getByRole('textbox', { name: 'Message' })].map(part => part.boundingBox()))
}
const word = (page: Page) => page.getByRole('status').getByText('No connection.')

describe.skipIf(chromiumPath === undefined)('a connection that is lost', () => {
  beforeAll(async () => { sandbox = await startSandbox() }, 150_000)
  afterAll(() => sandbox?.close())

  for (const width of [1440, 390]) {
    it(`is told of without moving what is read, ${width} wide, and no more when it is back`, async () => {
      const page = await sandbox.inbox('advisor', { width })
      await openThread(page)
      // What settles after a thread was opened is not the connection's doing.
      await expect.poll(async () => {
        const before = JSON.stringify(await places(page))
        await page.waitForTimeout(300)
        return before === JSON.stringify(await places(page))
      }, shown).toBe(true)
      const before = await places(page)
      await page.context().setOffline(true)
      await word(page).waitFor(shown)
      expect(await places(page)).toEqual(before)
      const [said, field] = await Promise.all([word(page).boundingBox(), page.getByRole('textbox', { name: 'Message' }).boundingBox()])
      expect(said!.y + said!.height < field!.y || said!.x + said!.width < field!.x).toBe(true)
      await page.context().setOffline(false)
      await word(page).waitFor({ state: 'detached', ...shown })
      expect(await places(page)).toEqual(before)
      await page.close()
    })
  }
})
