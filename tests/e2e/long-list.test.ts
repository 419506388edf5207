import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveManyConversations } from '../support/many.ts'
import { startSandbox } from '../support/sandbox.ts'
import { loadAll, scroll } from '../support/scrolling.ts'

const shown = { timeout: 10_000 }
const conversations = 100_000
/** A screen of the test shows 11 rows. */
const mostRows = 80
const list = 'ul[aria-label="Conversations"]'
const rows = `${list} > li`

let sandbox: Sandbox
let page: Page

describe.skipIf(chromiumPath === undefined)('a house with a hundred thousand conversations', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await serveManyConversations(page, conversations, 5000)
    await page.reload()
    await page.locator(rows).first().waitFor(shown)
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('is read page by page while one scrolls, and never stands in the document as a whole', async () => {
    expect(await loadAll(page, list, rows, 'bottom', `Person ${conversations - 1}`)).toBeLessThan(mostRows)
    expect(await page.getByText(`Person ${conversations - 1}`).count()).toBe(1)
    expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight / 80, list)).toBeGreaterThan(conversations)
  }, 90_000)

  it('scrolls smoothly when all of them are loaded, and no place in sight is empty', async () => {
    const frames = await scroll(page, list, rows, -240, 100)
    expect(frames.most).toBeLessThan(mostRows)
    expect(frames.median).toBeLessThan(40)
    expect(frames.slow).toBeLessThan(120)
    expect(frames.blank).toBe(0)
  }, 60_000)

  it('takes in what a colleague does without a hitch, and shows it where the row stands', async () => {
    await page.evaluate(() => {
      const tasks: number[] = []
      new PerformanceObserver(entries => tasks.push(...entries.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' })
      Object.assign(window, { tasks })
    })
    const other = await sandbox.inbox('manager', { width: 1440 })
    const { name, owner } = await other.evaluate(async () => {
      const { csrfToken, me } = await (await fetch('/api/v1/session')).json()
      const { items } = await (await fetch('/api/v1/conversations?queue=all&limit=60')).json()
      const last = items.findLast((row: { ownerId: string }) => row.ownerId !== me.id)
      const answer = await fetch(`/api/v1/conversations/${last.id}`, { method: 'PATCH', headers: { 'x-csrf-token': csrfToken, 'content-type': 'application/json' }, body: JSON.stringify({ ownerId: me.id }) })
      if (!answer.ok) throw new Error(await answer.text())
      return { name: last.name as string, owner: me.name.split(' ')[0] as string }
    })
    await other.close()
    const at = await page.evaluate(async ([selector, name]) => {
      const el = document.querySelector(selector)!.closest<HTMLElement>('.overflow-y-auto')!
      for (el.scrollTop = 0; !document.querySelector(selector)!.textContent.includes(name); el.scrollTop += 400) await new Promise(resolve => setTimeout(resolve, 20))
      return el.scrollTop
    }, [list, name] as const)
    expect(at).toBeLessThan(60 * 80)
    await page.locator(rows).filter({ hasText: name }).filter({ hasText: owner }).waitFor(shown)
    expect(Math.max(0, ...await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks))).toBeLessThan(250)
  }, 60_000)

  it('goes on answering the keyboard', async () => {
    const took = await page.evaluate(async (selector) => {
      const pointed = () => document.querySelector(`${selector} [aria-current]`)?.textContent
      const start = performance.now()
      const press = (key: string) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      press('j')
      press('j')
      press('Enter')
      while (pointed() === undefined && performance.now() - start < 3000) await new Promise(requestAnimationFrame)
      return performance.now() - start
    }, list)
    expect(took).toBeLessThan(500)
  })

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
