import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveLearntHouse } from '../support/learning.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const known = 'Priya Malhotra'

let sandbox: Sandbox

/** Whole numbers in a text, with their sign. */
const numbersIn = (text: string) => Array.from(text.matchAll(/[+−]?\d+/g), ([number]) => Number(number.replace('−', '-')))

async function openReadiness(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Readiness' }).click()
  await page.getByRole('heading', { level: 1, name: 'Readiness' }).waitFor(shown)
}

describe.skipIf(chromiumPath === undefined)('how far readiness came true', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
  }, 150_000)
  afterAll(() => sandbox?.close())

  describe('in a house without outcomes', () => {
    it('is no page of an advisor, not even by its address', async () => {
      const page = await sandbox.inbox('advisor', { width: 1440 })
      expect(await page.getByRole('link', { name: 'Readiness' }).count()).toBe(0)
      await page.goto(`${sandbox.product.url}/readiness`)
      await page.waitForURL(/\/inbox/)
      await page.close()
    })

    it('says to a manager that nothing is learnt yet, what it goes by, and when it learns', async () => {
      const page = await sandbox.inbox('manager', { width: 1440 })
      await openReadiness(page)
      await page.getByRole('heading', { name: 'Nothing learnt yet' }).waitFor(shown)
      await page.getByText('The first night is').waitFor(shown)
      await page.getByText('No forecast\'s time is up yet').waitFor(shown)
      await page.getByText('What the trade knows', { exact: true }).waitFor(shown)
      expect(await page.getByRole('button', { name: 'Learn now' }).count()).toBe(0)
      await page.close()
    })

    it('lets an administrator ask to learn now, and tells how many are missing afterwards', async () => {
      const page = await sandbox.inbox('administrator', { width: 1440 })
      await openReadiness(page)
      await page.getByRole('button', { name: 'Learn now' }).click()
      await page.getByRole('dialog', { name: /Learn now/ }).getByRole('button', { name: 'Learn now' }).click()
      await page.getByText('It begins within a minute.').waitFor(shown)
      await page.getByText(/\d+ of \d+ people have come who were known before/).waitFor({ timeout: 120_000 })
      await page.getByText(/asked for by/).waitFor(shown)
      await page.close()
    }, 150_000)
  })

  describe('in a house that has learnt', () => {
    let page: Page

    beforeAll(async () => {
      page = await sandbox.inbox('administrator', { width: 1440 })
      await serveLearntHouse(page)
      await openReadiness(page)
      await page.getByRole('heading', { name: 'What was said, and what came' }).waitFor(shown)
    }, 60_000)
    afterAll(() => page?.close())

    it('says in words how it did, with the number beside', async () => {
      await page.getByText('About as many came as it said.').waitFor(shown)
      expect(await page.locator('dl > div').filter({ hasText: 'came of the likeliest tenth. It said 47% of them.' }).locator('dt').textContent()).toContain('45%')
    })

    it('is asked anew for another span, which stands in the address', async () => {
      await page.getByText('26 weeks').click()
      await page.waitForURL(/weeks=26/)
      expect(await page.getByRole('radio', { name: '26 weeks' }).isChecked()).toBe(true)
      await page.getByLabel('Part of the house').selectOption('store.dubai')
      await page.waitForURL(/scope=store\.dubai/)
    })

    it('reads its plot with keys, point by point, and as a table', async () => {
      await page.getByRole('group', { name: /Does it keep its word/ }).focus()
      await page.keyboard.press('End')
      await page.getByText('Of those we said 47% of, 45% came.').waitFor(shown)
      await page.keyboard.press('ArrowLeft')
      await page.getByText('Of those we said 30% of, 27% came.').waitFor(shown)
      await page.getByRole('button', { name: 'As a table' }).click()
      const table = page.getByRole('table', { name: /by tenths/ })
      expect(await table.getByRole('rowheader').allTextContents().then(texts => texts.map(text => text.trim()).at(-1))).toBe('47%')
      expect(await table.getByText('not as said').count()).toBe(1)
      await page.getByRole('button', { name: 'As a drawing' }).click()
    })

    it('puts names to hits and misses, and each leads to the conversation', async () => {
      await page.getByRole('tab', { name: /Said, did not come/ }).click()
      const rows = page.getByRole('tabpanel').getByRole('listitem')
      expect(await rows.count()).toBe(6)
      expect(await rows.first().textContent()).toContain('Nothing by')
      await page.getByRole('tab', { name: /Came unexpected/ }).press('ArrowLeft')
      const name = await rows.first().locator('bdi').textContent()
      await rows.first().getByRole('link').click()
      await expect.poll(() => page.locator('main h1').textContent(), shown).toContain(name)
      await page.goBack()
    })

    it('says who was lost and why, and opens them', async () => {
      const table = page.getByRole('table', { name: /Who was lost/ })
      const elsewhere = table.getByRole('row').filter({ hasText: 'Bought elsewhere' })
      await elsewhere.getByText('and 3 more').waitFor(shown)
      expect(await elsewhere.getByRole('link').count()).toBe(8)
      await table.getByRole('row').filter({ hasText: 'Asked us not to write' }).getByRole('cell', { name: '2', exact: true }).waitFor(shown)
      const name = await elsewhere.locator('bdi').nth(1).textContent()
      await elsewhere.getByRole('link').first().click()
      await expect.poll(() => page.locator('main h1').textContent(), shown).toContain(name)
      await page.goBack()
    })

    it('shares out what came by kind, person, store and sign', async () => {
      const table = page.getByRole('table', { name: /What came after our messages/ })
      expect(await table.getByRole('row').filter({ hasText: 'Messages of advisors' }).textContent()).toMatch(/1,204.*71\.4.*34\.1/s)
      expect(await table.getByText('Messages of the bot').count()).toBe(0)
      await page.getByText('Person', { exact: true }).click()
      await table.getByRole('rowheader', { name: 'Meera Sanghvi' }).waitFor(shown)
      await page.getByText('Signs', { exact: true }).click()
      await table.getByRole('rowheader', { name: 'Booked an appointment' }).waitFor(shown)
    })

    it('says what it learnt in words of the trade', async () => {
      const learnt = page.getByRole('listitem').filter({ hasText: 'Asked for a price: how often lately' })
      await learnt.getByText('speaks for it more strongly').waitFor(shown)
      await learnt.getByRole('img', { name: /× 1.23 before, × 1.68 now/ }).waitFor(shown)
    })

    it('goes back to an older version with a reason, and undoes it', async () => {
      const older = page.getByRole('listitem').filter({ hasText: 'learnt-20261108' }).last()
      await older.getByRole('button', { name: /Go back to this/ }).click()
      const dialog = page.getByRole('dialog')
      const confirm = dialog.getByRole('button', { name: 'Put in use' })
      expect(await confirm.isDisabled()).toBe(true)
      await dialog.getByRole('textbox').fill('It overrates voice notes')
      await confirm.click()
      await older.getByText('in use', { exact: true }).waitFor(shown)
      await page.getByText('was chosen by hand').waitFor(shown)
      await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
      await page.getByText('As it was before.').waitFor(shown)
      expect(await page.getByText('was chosen by hand').count()).toBe(0)
    })

    it('says what to do when somebody else was faster', async () => {
      await page.route(url => url.pathname.endsWith('/use'), route => route.fulfill({ status: 409, json: { error: { code: 'stale', message: '' } } }))
      await page.getByRole('button', { name: /Put in use: / }).first().click()
      await page.getByRole('dialog').getByRole('textbox').fill('Try the newest')
      await page.getByRole('dialog').getByRole('button', { name: 'Put in use' }).click()
      await page.getByRole('alert').filter({ hasText: 'Somebody has put another version in use meanwhile' }).waitFor(shown)
      await page.keyboard.press('Escape')
    })

    it('offers to try again when it does not load', async () => {
      await page.route(url => url.pathname === '/api/v1/learning/report', route => route.fulfill({ status: 404, json: { error: { code: 'not_found', message: '' } } }), { times: 1 })
      await page.goto(`${sandbox.product.url}/readiness?weeks=4`)
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('heading', { name: 'What was said, and what came' }).waitFor(shown)
    })
  })

  describe('beside a conversation', () => {
    let page: Page
    const pane = () => page.getByRole('complementary', { name: 'About this person' })

    beforeAll(async () => {
      page = await sandbox.inbox('advisor', { width: 1440 })
      await page.goto(`${sandbox.product.url}/inbox/all?q=${encodeURIComponent(known)}`)
      await page.getByRole('list', { name: 'Conversations' }).getByRole('button').filter({ hasText: known }).first().click()
      await pane().getByRole('heading', { name: 'Why' }).waitFor(shown)
    }, 60_000)
    afterAll(() => page?.close())

    it('a chance is explained to the last part, and the parts sum to it', async () => {
      await pane().getByRole('button', { name: /Exactly how it comes to/ }).click()
      await pane().getByText('Where everybody begins').waitFor(shown)
      const figures = (await pane().getByRole('list').filter({ hasText: 'Where everybody begins' }).getByRole('listitem').allTextContents()).map(text => numbersIn(text).at(-1)!)
      const together = figures.pop()
      expect(figures.length).toBeGreaterThan(1)
      expect(figures.reduce((sum, points) => sum + points, 0)).toBe(together)
    })

    it('what would change it was computed, and says from where to where', async () => {
      await pane().getByRole('button', { name: 'What would change this' }).click()
      const change = pane().getByRole('listitem').filter({ hasText: 'If they stay quiet for' })
      await change.waitFor(shown)
      expect(await change.textContent()).toMatch(/\d+%\s*→\s*\d+%/)
    })

    it('a reason opens the events behind it, and each shows where it stands in the thread', async () => {
      const reason = pane().getByRole('button', { name: 'A piece was put aside for them' })
      await reason.click()
      await pane().getByRole('list', { name: 'What is behind it' }).getByRole('button', { name: 'was put aside' }).click()
      expect(await reason.getAttribute('aria-expanded')).toBe('true')
      await page.locator('[data-signal].ring-2').getByText('was put aside').waitFor(shown)
    })

    it('a reason that was said leads to the message that says it', async () => {
      await page.getByRole('log').evaluate(log => log.scrollTo(0, 0))
      await pane().getByRole('button', { name: 'Sent a voice note' }).click()
      await pane().getByRole('list', { name: 'What is behind it' }).getByRole('button', { name: 'Sent a voice note' }).first().click()
      const said = page.locator('[data-message]').filter({ has: page.locator('.ring-2') })
      await said.getByRole('button', { name: /play/i }).waitFor(shown)
      await expect.poll(() => said.evaluate((message) => {
        const { top, bottom } = message.getBoundingClientRect()
        const log = message.closest('[role="log"]')!.getBoundingClientRect()
        return top >= log.top && bottom <= log.bottom
      }), shown).toBe(true)
    })

    it('any day is replayed with keys alone, and there is a way back to today', async () => {
      await pane().getByRole('slider', { name: 'Day to look back to' }).focus()
      for (let days = 0; days < 20; days++) await page.keyboard.press('ArrowLeft')
      const then = pane().getByRole('region', { name: /As it stood on/ })
      await then.getByText('within 90 days').waitFor(shown)
      const [p7, p30, p90] = (await then.locator('dd').allTextContents()).slice(0, 3).map(text => numbersIn(text)[0]!)
      expect(p7).toBeLessThanOrEqual(p30!)
      expect(p30).toBeLessThanOrEqual(p90!)
      await then.getByText('On that day', { exact: true }).waitFor(shown)
      await pane().getByRole('button', { name: 'Back to today' }).click()
      await expect.poll(() => then.count(), shown).toBe(0)
      await pane().getByRole('heading', { name: 'Why' }).waitFor(shown)
    })
  })

  it('gave the browser nothing to complain of but what was refused on purpose', () => {
    expect(sandbox.complaints.filter(complaint => !/status of 40[49]/.test(complaint))).toEqual([])
  })
})
