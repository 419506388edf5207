import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveManyConversations, serveManyMessages } from '../support/many.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const conversations = 100_000
const messages = 20_000
/** A screen of the test shows 11 rows, and some 15 messages. */
const mostRows = 80
const mostMessages = 260

let sandbox: Sandbox
let page: Page

type Frames = { median: number, slow: number, most: number }

/** Scrolls a little with every frame and tells how long frames took, and the most elements that were there at any time. */
function scroll(selector: string, counted: string, step: number, frames: number): Promise<Frames> {
  return page.evaluate(async ([selector, counted, step, frames]) => {
    const inner = document.querySelector(selector)!
    const el = inner.closest<HTMLElement>('.overflow-y-auto')!
    const times: number[] = []
    let most = 0
    let last = performance.now()
    for (let i = 0; i < frames; i++) {
      el.scrollTop += step
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      times.push(now - last)
      last = now
      most = Math.max(most, document.querySelectorAll(counted).length)
    }
    times.sort((a, b) => a - b)
    return { median: times[Math.floor(frames / 2)]!, slow: times[Math.floor(frames * 0.95)]!, most }
  }, [selector, counted, step, frames] as const)
}

/** Goes to an end again and again until everything is loaded, and tells the most elements that were there at any time. */
function loadAll(selector: string, counted: string, to: 'top' | 'bottom', until: string): Promise<number> {
  return page.evaluate(async ([selector, counted, to, until]) => {
    let most = 0
    const stop = Date.now() + 120_000
    while (Date.now() < stop && !document.body.textContent.includes(until)) {
      const el = document.querySelector(selector)!.closest<HTMLElement>('.overflow-y-auto')!
      el.scrollTop = to === 'top' ? 0 : el.scrollHeight
      await new Promise(resolve => setTimeout(resolve, 20))
      most = Math.max(most, document.querySelectorAll(counted).length)
    }
    return most
  }, [selector, counted, to, until] as const)
}

const list = 'ul[aria-label="Conversations"]'
const rows = `${list} > li`
const thread = '[role="log"] > div'
const articles = '[role="log"] article'

describe.skipIf(chromiumPath === undefined)('a house with a hundred thousand conversations', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await serveManyConversations(page, conversations, 1000)
    await page.reload()
    await page.locator(rows).first().waitFor(shown)
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('is read page by page while one scrolls, and never stands in the document as a whole', async () => {
    expect(await loadAll(list, rows, 'bottom', `Person ${conversations - 1}`)).toBeLessThan(mostRows)
    expect(await page.getByText(`Person ${conversations - 1}`).count()).toBe(1)
    expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight / 80, list)).toBeGreaterThan(conversations)
  }, 150_000)

  it('scrolls smoothly when all of them are loaded', async () => {
    const frames = await scroll(list, rows, -240, 150)
    expect(frames.most).toBeLessThan(mostRows)
    expect(frames.median).toBeLessThan(40)
    expect(frames.slow).toBeLessThan(120)
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
    await page.waitForTimeout(300)
    expect(Math.max(0, ...await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks))).toBeLessThan(250)
    const at = await page.evaluate(async ([selector, name]) => {
      const el = document.querySelector(selector)!.closest<HTMLElement>('.overflow-y-auto')!
      for (el.scrollTop = 0; !document.querySelector(selector)!.textContent.includes(name); el.scrollTop += 400) await new Promise(resolve => setTimeout(resolve, 50))
      return el.scrollTop
    }, [list, name] as const)
    expect(at).toBeLessThan(60 * 80)
    await page.locator(rows).filter({ hasText: name }).filter({ hasText: owner }).waitFor(shown)
  }, 60_000)

  it('goes on answering the keyboard', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const took = await page.evaluate(async (selector) => {
      const before = document.querySelector(`${selector} [aria-current]`)
      const start = performance.now()
      document.querySelector<HTMLElement>(`${selector} > li:nth-child(3) button`)!.click()
      while (document.querySelector(`${selector} [aria-current]`) === before && performance.now() - start < 3000) await new Promise(requestAnimationFrame)
      return performance.now() - start
    }, list)
    expect(took).toBeLessThan(500)
  })
})

describe.skipIf(chromiumPath === undefined)('a thread of twenty thousand messages', () => {
  let id: string
  const newest = () => page.locator(articles).filter({ hasText: `message ${messages - 1} ` })

  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await page.locator(`${rows} button`).first().click()
    await page.waitForURL(/\/inbox\/all\/\w+/)
    id = new URL(page.url()).pathname.split('/').at(-1)!
    await serveManyMessages(page, id, messages, 200)
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('opens as fast as a short one, at its end', async () => {
    await page.goto(`${sandbox.product.url}/inbox/all`)
    await page.locator(rows).first().waitFor(shown)
    const start = Date.now()
    await page.locator(`${rows} button`).first().click()
    await newest().waitFor(shown)
    expect(Date.now() - start).toBeLessThan(3000)
    expect(await newest().isVisible()).toBe(true)
    expect(await page.locator(articles).count()).toBeLessThanOrEqual(60)
  })

  it('is read far back without what was read staying in the document', async () => {
    const most = await loadAll(thread, articles, 'top', `message ${messages - 6050} `)
    // What has just come is drawn once, to be measured.
    expect(most).toBeLessThan(mostMessages + 200)
    await expect.poll(() => page.locator(articles).count(), shown).toBeLessThan(mostMessages)
    expect(await page.locator(`[data-message$="${(messages - 6050).toString(16)}"]`).count()).toBe(1)
    expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight, thread)).toBeGreaterThan(6050 * 40)
  }, 150_000)

  it('scrolls smoothly, and what is read stays where it is', async () => {
    const frames = await scroll(thread, articles, 180, 150)
    expect(frames.most).toBeLessThan(mostMessages)
    expect(frames.median).toBeLessThan(40)
    expect(frames.slow).toBeLessThan(150)
  }, 60_000)

  it('goes to its end at once, and to a message that is quoted far above', async () => {
    await page.getByRole('button', { name: 'To the newest' }).click()
    await newest().waitFor(shown)
    await expect.poll(() => page.evaluate((selector) => { const el = document.querySelector(selector)!.parentElement!; return el.scrollHeight - el.scrollTop - el.clientHeight }, thread), shown).toBeLessThan(50)
    await page.getByRole('button', { name: new RegExp(`message ${messages - 1500}`) }).click()
    const quoted = page.locator(`[data-message$="${(messages - 1500).toString(16)}"]`)
    await quoted.waitFor(shown)
    await expect.poll(() => quoted.evaluate((el) => { const { top, bottom } = el.getBoundingClientRect(); return top > 0 && bottom < innerHeight }), shown).toBe(true)
    await expect.poll(() => page.locator(articles).count(), shown).toBeLessThan(mostMessages)
  }, 60_000)

  it('keeps what one is reading where it is, while blocks above and below come and go', async () => {
    const moved = await page.evaluate(async (selector) => {
      const el = document.querySelector(selector)!.parentElement!
      const edge = el.getBoundingClientRect().top
      let worst = 0
      for (let i = 0; i < 120; i++) {
        const mark = [...el.querySelectorAll('article')].find(article => article.getBoundingClientRect().top > edge)!
        const before = mark.getBoundingClientRect().top
        const top = el.scrollTop
        el.scrollTop = top - 97
        await new Promise(requestAnimationFrame)
        await new Promise(requestAnimationFrame)
        if (mark.isConnected) worst = Math.max(worst, Math.abs(mark.getBoundingClientRect().top - before - 97))
      }
      return worst
    }, thread)
    expect(moved).toBeLessThan(2)
  }, 60_000)

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
