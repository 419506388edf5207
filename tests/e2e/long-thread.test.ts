import type { Page } from 'playwright-core'
import type { ConversationView } from '#contracts'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveManyMessages } from '../support/many.ts'
import { startSandbox } from '../support/sandbox.ts'
import { loadAll, scroll } from '../support/scrolling.ts'

const shown = { timeout: 10_000 }
const messages = 20_000
/** How far back the long thread is read. */
const back = 2050
/** A screen of the test shows some 15 messages. */
const mostMessages = 260
const rows = 'ul[aria-label="Conversations"] > li'
const thread = '[role="log"] > div'
const articles = '[role="log"] article'

let sandbox: Sandbox
let page: Page

/** What the reader sees at the upper edge of the thread, and how far below it. */
function inSight(): Promise<{ id: string, below: number }> {
  return page.evaluate((selector) => {
    const el = document.querySelector(selector)!.parentElement!
    const edge = el.getBoundingClientRect().top
    const article = [...el.querySelectorAll<HTMLElement>('article')].find(one => one.getBoundingClientRect().top > edge)!
    return { id: article.dataset.message!, below: article.getBoundingClientRect().top - edge }
  }, thread)
}
/** How far a message stands below the upper edge of the thread. */
function below(id: string): Promise<number> {
  return page.evaluate(([selector, id]) => document.querySelector(`[data-message="${id}"]`)!.getBoundingClientRect().top - document.querySelector(selector)!.parentElement!.getBoundingClientRect().top, [thread, id] as const)
}
function fromEnd(): Promise<number> {
  return page.evaluate((selector) => {
    const el = document.querySelector(selector)!.parentElement!
    return el.scrollHeight - el.scrollTop - el.clientHeight
  }, thread)
}

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
    expect(await fromEnd()).toBeLessThan(2)
    expect(await page.locator(articles).count()).toBeLessThanOrEqual(60)
    // A message's tools take longer to make than the rest of it: only the one under the pointer has them.
    expect(await page.locator(articles).getByRole('button', { name: 'More' }).count()).toBeLessThanOrEqual(1)
  })

  it('keeps what one reads where it is while what is older comes', async () => {
    await page.evaluate((selector) => { document.querySelector(selector)!.parentElement!.scrollTop = 850 }, thread)
    const { id, below: before } = await inSight()
    await expect.poll(() => page.evaluate(selector => document.querySelector(selector)!.parentElement!.scrollTop, thread), shown).toBeGreaterThan(2000)
    expect(Math.abs(await below(id) - before)).toBeLessThan(1)
  })

  it('is read far back without what was read staying in the document', async () => {
    const most = await loadAll(page, thread, articles, 'top', `message ${messages - back} `)
    // What has just come is drawn once, to be measured.
    expect(most).toBeLessThan(mostMessages + 200)
    await expect.poll(() => page.locator(articles).count(), shown).toBeLessThan(mostMessages)
    expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight, thread)).toBeGreaterThan(back * 40)
  }, 90_000)

  it('scrolls smoothly, and nothing in sight is missing for a frame', async () => {
    const frames = await scroll(page, thread, articles, 180, 100)
    expect(frames.most).toBeLessThan(mostMessages)
    expect(frames.median).toBeLessThan(40)
    expect(frames.slow).toBeLessThan(150)
    expect(frames.blank).toBe(0)
  }, 60_000)

  it('shows what somebody drags to far away at once, and keeps it there', async () => {
    const seen = await page.evaluate(async (selector) => {
      const el = document.querySelector(selector)!.parentElement!
      const edge = el.getBoundingClientRect()
      const seen: { blank: boolean, moved: number }[] = []
      for (const part of [0.8, 0.2, 0.6, 0.1, 0.9, 0.4]) {
        el.scrollTop = el.scrollHeight * part
        await new Promise(requestAnimationFrame)
        const hit = document.elementFromPoint(edge.left + edge.width / 2, edge.top + edge.height / 2)
        const mark = [...el.querySelectorAll('article')].find(article => article.getBoundingClientRect().top > edge.top)
        const before = mark?.getBoundingClientRect().top ?? 0
        for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame)
        seen.push({ blank: !hit || hit.closest('div[aria-hidden=true]') !== null, moved: Math.abs((mark?.getBoundingClientRect().top ?? Infinity) - before) })
      }
      return seen
    }, thread)
    expect(seen.filter(({ blank }) => blank)).toEqual([])
    expect(Math.max(...seen.map(({ moved }) => moved))).toBeLessThan(1)
  })

  it('keeps what one is reading where it is, while blocks above and below come and go', async () => {
    const moved = await page.evaluate(async (selector) => {
      const el = document.querySelector(selector)!.parentElement!
      const edge = el.getBoundingClientRect().top
      let worst = 0
      for (let i = 0; i < 60; i++) {
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

  it('keeps it while the window becomes narrower and wider', async () => {
    const { id, below: before } = await inSight()
    for (const width of [1100, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await page.waitForTimeout(250)
      expect(Math.abs(await below(id) - before)).toBeLessThan(2)
    }
  })

  it('keeps it while somebody writes, tells of it, and goes there', async () => {
    const { id: mark, below: before } = await inSight()
    const phone = await sandbox.open('/simulator/', { width: 430 })
    const text = await phone.evaluate(async (name) => {
      const { people } = await (await fetch('api/world')).json()
      const person = people.find((one: { name: string }) => one.name === name)
      const act = { personId: person.id, lineId: person.lines[0].id, act: { kind: 'text', text: 'Only just now' } }
      const answer = await fetch('api/acts', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(act) })
      if (!answer.ok) throw new Error(await answer.text())
      return act.act.text
    }, (await page.locator('main h1').textContent())!.trim())
    await phone.close()
    await page.getByRole('button', { name: '1 new message' }).waitFor(shown)
    expect(Math.abs(await below(mark) - before)).toBeLessThan(1)
    await page.getByRole('button', { name: '1 new message' }).click()
    await page.locator(articles).filter({ hasText: text }).waitFor(shown)
    await expect.poll(fromEnd, shown).toBeLessThan(2)
  })

  it('goes to a message that is quoted far above', async () => {
    await page.getByRole('button', { name: new RegExp(`message ${messages - 1500}`) }).click()
    const quoted = page.locator(`[data-message$="${(messages - 1500).toString(16)}"]`)
    await quoted.waitFor(shown)
    await expect.poll(() => quoted.evaluate((el) => { const { top, bottom } = el.getBoundingClientRect(); return top > 0 && bottom < innerHeight }), shown).toBe(true)
    await expect.poll(() => page.locator(articles).count(), shown).toBeLessThan(mostMessages)
  }, 60_000)

  it('opens where what is unread begins, when that is more than a screen', async () => {
    await page.goto(`${sandbox.product.url}/inbox/all`)
    await page.route(url => url.pathname === `/api/v1/conversations/${id}`, async (route) => {
      const response = await route.fetch()
      const view = await response.json() as ConversationView
      await route.fulfill({ response, json: { ...view, row: { ...view.row, unread: 30 } } })
    })
    await page.locator(`${rows} button`).first().click()
    const line = page.locator('[data-unread]')
    await line.waitFor(shown)
    await expect.poll(() => line.evaluate((el) => { const { top } = el.getBoundingClientRect(); return top > 60 && top < 400 }), shown).toBe(true)
    await page.getByRole('button', { name: 'To the newest' }).waitFor(shown)
  })

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
