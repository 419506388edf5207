import type { Page } from 'playwright-core'
import type { ConversationView } from '#contracts'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { serveManyConversations, serveManyMessages } from '../support/many.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
const conversations = 100_000
const messages = 20_000
/** How far back the long thread is read. */
const back = 2050
/** A screen of the test shows 11 rows, and some 15 messages. */
const mostRows = 80
const mostMessages = 260

let sandbox: Sandbox
let page: Page

type Frames = {
  /** Milliseconds a frame took: half of them less, one in twenty more. */
  median: number
  slow: number
  /** Most elements that were in the document at any time. */
  most: number
  /** Frames in which something in sight was not drawn. */
  blank: number
}

/** Scrolls by `step` with every frame, and asks in each what stands at five heights of the view. */
function scroll(selector: string, counted: string, step: number, frames: number): Promise<Frames> {
  return page.evaluate(async ([selector, counted, step, frames]) => {
    const inner = document.querySelector(selector)!
    const el = inner.closest<HTMLElement>('.overflow-y-auto')!
    const { top, left, width, height } = el.getBoundingClientRect()
    const isEmpty = (part: number) => {
      const hit = document.elementFromPoint(left + width / 2, top + height * part)
      return !hit || hit === el || hit === inner || hit.closest('div[aria-hidden=true], .skeleton') !== null
    }
    const times: number[] = []
    let most = 0
    let blank = 0
    let last = performance.now()
    for (let i = 0; i < frames; i++) {
      el.scrollTop += step
      await new Promise(requestAnimationFrame)
      const now = performance.now()
      times.push(now - last)
      most = Math.max(most, document.querySelectorAll(counted).length)
      if ([0.1, 0.3, 0.5, 0.7, 0.9].some(isEmpty)) blank++
      last = performance.now()
    }
    times.sort((a, b) => a - b)
    return { median: times[Math.floor(frames / 2)]!, slow: times[Math.floor(frames * 0.95)]!, most, blank }
  }, [selector, counted, step, frames] as const)
}

/** Goes to an end again and again until `until` is loaded, and tells the most elements that were there at any time. */
function loadAll(selector: string, counted: string, to: 'top' | 'bottom', until: string): Promise<number> {
  return page.evaluate(async ([selector, counted, to, until]) => {
    let most = 0
    const stop = Date.now() + 60_000
    while (Date.now() < stop && !document.querySelector(selector)!.textContent.includes(until)) {
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

describe.skipIf(chromiumPath === undefined)('much at once', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
  }, 150_000)
  afterAll(() => sandbox?.close())

  describe('a house with a hundred thousand conversations', () => {
    beforeAll(async () => {
      page = await sandbox.inbox('administrator', { width: 1440 })
      await serveManyConversations(page, conversations, 5000)
      await page.reload()
      await page.locator(rows).first().waitFor(shown)
    }, 60_000)
    afterAll(() => page?.close())

    it('is read page by page while one scrolls, and never stands in the document as a whole', async () => {
      expect(await loadAll(list, rows, 'bottom', `Person ${conversations - 1}`)).toBeLessThan(mostRows)
      expect(await page.getByText(`Person ${conversations - 1}`).count()).toBe(1)
      expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight / 80, list)).toBeGreaterThan(conversations)
    }, 90_000)

    it('scrolls smoothly when all of them are loaded, and no place in sight is empty', async () => {
      const frames = await scroll(list, rows, -240, 100)
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
  })

  describe('a thread of twenty thousand messages', () => {
    let id: string
    const newest = () => page.locator(articles).filter({ hasText: `message ${messages - 1} ` })

    beforeAll(async () => {
      page = await sandbox.inbox('administrator', { width: 1440 })
      await page.locator(`${rows} button`).first().click()
      await page.waitForURL(/\/inbox\/all\/\w+/)
      id = new URL(page.url()).pathname.split('/').at(-1)!
      await serveManyMessages(page, id, messages, 200)
    }, 60_000)
    afterAll(() => page?.close())

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
      const most = await loadAll(thread, articles, 'top', `message ${messages - back} `)
      // What has just come is drawn once, to be measured.
      expect(most).toBeLessThan(mostMessages + 200)
      await expect.poll(() => page.locator(articles).count(), shown).toBeLessThan(mostMessages)
      expect(await page.evaluate(selector => document.querySelector<HTMLElement>(selector)!.offsetHeight, thread)).toBeGreaterThan(back * 40)
    }, 90_000)

    it('scrolls smoothly, and nothing in sight is missing for a frame', async () => {
      const frames = await scroll(thread, articles, 180, 100)
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
  })

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
