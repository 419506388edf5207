import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const dayMs = 86_400_000
const dayOf = (ago: number) => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10)
const names = 'date,currency,price_per_gram'

/** A hundred days of a calm price that falls by six percent within the last week. */
const falling = [names, ...Array.from({ length: 100 }, (_, i) => `${dayOf(99 - i)},INR,${(7000 * (i % 2 ? 1.004 : 1) * (1 - 0.06 * Math.max(0, i - 92) / 7)).toFixed(2)}`)].join('\n')
const wrong = [names, '31/01/2026,INR,7100', `${dayOf(2)},INR,7110`, `${dayOf(1)},rupees,7120`, `${dayOf(0)},INR,"7,130.50"`].join('\n')

let sandbox: Sandbox

async function openGold(page: Page): Promise<void> {
  await page.goto(`${sandbox.product.url}/settings/gold`)
  await page.getByText('The price of gold, day by day.').waitFor(shown)
}
const choose = (page: Page, csv: string, name = 'gold.csv') => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) })

describe.skipIf(chromiumPath === undefined)('the price of gold in settings', () => {
  let page: Page
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await openGold(page)
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('is no section of an advisor, and a manager reads who can put it there', async () => {
    const advisor = await sandbox.inbox('advisor', { width: 1440 })
    await advisor.goto(`${sandbox.product.url}/settings/gold`)
    await advisor.getByText('Light or dark').waitFor(shown)
    expect(await advisor.getByRole('link', { name: 'Gold' }).count()).toBe(0)
    await advisor.close()
    const manager = await sandbox.inbox('manager', { width: 1440 })
    await openGold(manager)
    await manager.getByText('An administrator can put a table of days here.').waitFor(shown)
    expect(await manager.getByRole('button', { name: 'Choose a table' }).count()).toBe(0)
    await manager.close()
  })

  it('teaches the format as long as there is none', async () => {
    await page.getByText('No price of gold yet').waitFor(shown)
    expect(await page.getByLabel('How a table looks').textContent()).toContain(names)
  })

  it('says of every line that is wrong what to do, and takes nothing over', async () => {
    await choose(page, wrong)
    await page.getByRole('heading', { name: '3 lines have to be put right first' }).waitFor(shown)
    const lines = await page.getByRole('region', { name: 'Add prices' }).getByRole('listitem').allTextContents()
    expect(lines.map(line => line.replaceAll(/[\u2068\u2069]/g, '').trim())).toEqual([
      'Line 231/01/2026 is not read as a day. Write the year first: 2026-01-31.',
      'Line 4rupees is no currency. Use its three letters: INR, AED, SGD, IDR.',
      'Line 57,130.50 is not read as a price. Write a number above 0 without separators for thousands: 7120.50.',
    ])
    await page.getByText('No price of gold yet').waitFor(shown)
  })

  it('tells a spreadsheet from a table before anything is sent', async () => {
    await choose(page, 'PK', 'gold.xlsx')
    await page.getByText('In it choose Save as, CSV').waitFor(shown)
  })

  it('shows what a dropped table would do, and takes it over when it is told to', async () => {
    const transfer = await page.evaluateHandle((csv) => {
      const data = new DataTransfer()
      data.items.add(new File([csv], 'november.csv', { type: 'text/csv' }))
      return data
    }, falling)
    await page.getByRole('region', { name: 'Add prices' }).dispatchEvent('drop', { dataTransfer: transfer })
    await page.getByText('This will be taken over').waitFor(shown)
    await page.getByText('100 new days').waitFor(shown)
    // The keyboard goes on where the answer stands.
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Take over 100 days')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('100 days taken over.').waitFor(shown)
    await page.getByText(/^₹6,6\d\d(\.\d+)? a gram$/).waitFor(shown)
    await page.getByText('fell 6% in 7 days, and advice speaks of it').waitFor(shown)
    await page.getByRole('img', { name: /INR over 90 days: from ₹7,0/ }).waitFor(shown)
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Choose a table')
  })

  it('knows the same table again, and asks about a price that looks like another unit', async () => {
    await choose(page, falling)
    await page.getByText('There is nothing to take over.').waitFor(shown)
    await page.getByRole('button', { name: 'Close' }).click()
    await choose(page, `${names}\n${dayOf(0)},INR,205000`)
    await page.getByText('Check the unit and the currency before you go on.').waitFor(shown)
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await page.getByText('This will be taken over').count()).toBe(0)
  })

  it('fits a phone and reads from right to left', async () => {
    const phone = await sandbox.inbox('administrator', { width: 390, height: 844 })
    await phone.evaluate(() => localStorage.setItem('loupe.language', 'ar'))
    await phone.goto(`${sandbox.product.url}/settings/gold`)
    await phone.getByRole('button', { name: 'اختيار جدول' }).waitFor(shown)
    expect(await phone.evaluate(() => [document.documentElement.dir, document.querySelector('main')!.scrollWidth <= document.querySelector('main')!.clientWidth])).toEqual(['rtl', true])
    const chosen = phone.locator('nav a[aria-current=page][href$="/settings/gold"]')
    const whole = () => chosen.evaluate((link) => {
      const [tab, row] = [link.getBoundingClientRect(), link.parentElement!.getBoundingClientRect()]
      return tab.left >= row.left && tab.right <= row.right
    })
    await expect.poll(whole, { message: 'the chosen section is cut off at the edge' }).toBe(true)
    await phone.close()
  })

  it('gave the browser nothing to complain of', () => expect(sandbox.complaints).toEqual([]))
})
