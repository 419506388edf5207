import type { CDPSession, Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const width = 390
let sandbox: Sandbox
let page: Page
let finger: CDPSession

const rows = () => page.getByRole('list', { name: 'Conversations' }).getByRole('listitem')
const bar = () => page.getByRole('toolbar', { name: 'With the chosen' })

/** Rests a finger on a row for so long, moving it down by so much meanwhile. */
async function touch(at: number, ms: number, by = 0): Promise<void> {
  const { x, y, width, height } = (await rows().nth(at).boundingBox())!
  const point = { x: x + width / 2, y: y + height / 2 }
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
  if (by !== 0) await finger.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ ...point, y: point.y + by }] })
  await page.waitForTimeout(ms)
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}
const chosen = () => rows().getByRole('checkbox', { checked: true }).count()

describe.skipIf(chromiumPath === undefined)('the list under a finger', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width, height: 844 })
    finger = await page.context().newCDPSession(page)
    await finger.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('chooses the row on which it rests, without opening it', async () => {
    await touch(1, 700)
    await bar().getByText('1 chosen').waitFor(shown)
    expect(await chosen()).toBe(1)
    expect(new URL(page.url()).pathname).toBe('/inbox/all')
  })

  it('then chooses with a tap, and every face can still be seen', async () => {
    await touch(3, 40)
    await bar().getByText('2 chosen').waitFor(shown)
    const faces = rows().locator('[data-initials]')
    expect(await faces.count()).toBeGreaterThan(5)
    expect(await faces.evaluateAll(all => all.every(face => getComputedStyle(face).visibility === 'visible'))).toBe(true)
  })

  it('has all that can be done with the chosen in reach', async () => {
    const buttons = await bar().getByRole('button').all()
    expect(buttons).toHaveLength(5)
    for (const button of buttons) {
      const box = (await button.boundingBox())!
      expect(box.width).toBeGreaterThanOrEqual(40)
      expect(box.x + box.width).toBeLessThan(width)
    }
    const names = await rows().getByRole('checkbox', { checked: true }).evaluateAll(boxes => boxes.map(box => box.getAttribute('aria-label')!))
    await bar().getByRole('button', { name: 'Close conversation' }).click()
    await bar().waitFor({ state: 'detached', ...shown })
    for (const name of names) await expect.poll(() => page.getByRole('checkbox', { name, exact: true }).count(), shown).toBe(0)
  })

  it('lets go of the chosen with the browser\'s back, and stays in the list', async () => {
    const before = page.url()
    await touch(1, 700)
    await touch(2, 40)
    await bar().getByText('2 chosen').waitFor(shown)
    await page.goBack()
    await bar().waitFor({ state: 'detached', ...shown })
    expect(page.url()).toBe(before)
    await touch(1, 700)
    await bar().getByRole('button', { name: 'Choose none' }).click()
    await bar().waitFor({ state: 'detached', ...shown })
    await expect.poll(() => page.url(), shown).toBe(before)
  })

  it('that moves on has scrolled, and a tap opens', async () => {
    await touch(2, 700, -60)
    expect(await bar().count()).toBe(0)
    await touch(2, 40)
    await page.getByRole('log').waitFor(shown)
  })

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
