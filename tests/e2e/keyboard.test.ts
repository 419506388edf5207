import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }

let sandbox: Sandbox
let page: Page

const heading = () => page.locator('main h1')
const field = () => page.getByRole('textbox', { name: 'Message' })
const bubble = (text: string) => page.locator('[data-message]').filter({ hasText: text })
const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName)
async function goTo(name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type(name)
  await page.getByRole('option').filter({ hasText: name }).first().waitFor(shown)
  await page.keyboard.press('Enter')
  await expect.poll(() => heading().textContent(), shown).toContain(name)
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}
/** Walks with Tab, or back with Shift and Tab, until something has the focus; fails when it is not reached in `most` steps. */
async function tabTo(name: RegExp, key = 'Tab', most = 400): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press(key)
    const here = await page.evaluate(() => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim())
    if (name.test(here)) return
  }
  throw new Error(`${name} is not reached with Tab`)
}

describe.skipIf(chromiumPath === undefined)('without a mouse', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.open('/', { width: 1440 })
    await page.locator('form').waitFor(shown)
  }, 150_000)
  // What the window showed, for whoever looks into a failure.
  beforeEach(({ onTestFailed, task }) => onTestFailed(async () => {
    await page?.screenshot({ path: join(tmpdir(), `loupe-${task.name.replaceAll(/\W+/g, '-').slice(0, 40)}.png`) })
  }))
  afterAll(() => sandbox?.close())

  it('one signs in, and walks through the list', async () => {
    await tabTo(/Administrator/)
    await page.keyboard.press('Enter')
    await page.locator('li button time').first().waitFor({ timeout: 20_000 })
    const names = await page.getByRole('list', { name: 'Conversations' }).locator('bdi').evaluateAll(all => all.map(one => one.textContent))
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect.poll(() => heading().textContent(), shown).toContain(names[0])
    await page.keyboard.press('j')
    await expect.poll(() => heading().textContent(), shown).not.toContain(names[0])
    await page.keyboard.press('k')
    await expect.poll(() => heading().textContent(), shown).toContain(names[0])
    await page.keyboard.press('2')
    await page.waitForURL(/\/inbox\/answer/)
  })

  it('one finds somebody, answers, and takes it back in time', async () => {
    await goTo('Priya Malhotra')
    await field().waitFor(shown)
    await page.keyboard.press('r')
    await expect.poll(focused, shown).toBe('Message')
    await page.keyboard.type('Come by on Sunday at six.')
    await page.keyboard.press('Enter')
    await bubble('Sunday at six').waitFor(shown)
    const undo = bubble('Sunday at six').getByRole('button', { name: 'Undo' })
    await undo.waitFor(shown)
    await page.keyboard.press('Shift+Tab')
    for (let i = 0; i < 12 && await focused() !== 'Undo'; i++) {
      if (await undo.evaluate(button => button === document.activeElement)) break
      await page.keyboard.press('Shift+Tab')
    }
    await page.keyboard.press('Enter')
    await expect.poll(() => bubble('Sunday at six').count(), shown).toBe(0)
    await expect.poll(() => field().inputValue(), shown).toBe('Come by on Sunday at six.')
    await expect.poll(focused, shown).toBe('Message')
  })

  it('one walks through the messages, reacts to one and answers another', async () => {
    await page.locator('[role="log"]').focus()
    await page.keyboard.press('ArrowUp')
    const here = () => page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.message)
    const all = await page.locator('[data-message]').evaluateAll(messages => messages.map(message => (message as HTMLElement).dataset.message))
    await expect.poll(async () => all.indexOf(await here()), shown).toBeGreaterThan(0)
    const at = all.indexOf(await here())
    await page.keyboard.press('ArrowUp')
    expect(await here()).toBe(all[at - 1])
    await page.keyboard.press('Home')
    expect(await here()).toBe(all[0])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await here()).toBe(all[0])
    await page.keyboard.press('End')
    await expect.poll(here, shown).toBe(all.at(-1))
    while (!await page.evaluate(() => document.activeElement?.classList.contains('justify-start'))) await page.keyboard.press('ArrowUp')
    const theirs = await here()
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor(shown)
    await page.keyboard.press('Enter')
    await page.locator(`[data-message="${theirs}"]`).getByRole('listitem').waitFor(shown)
    await expect.poll(focused, shown).toBe('More')
    await page.keyboard.press('Shift+Tab')
    await expect.poll(focused, shown).toBe('Reply')
    await page.keyboard.press('Enter')
    await expect.poll(focused, shown).toBe('Message')
    await page.getByRole('button', { name: 'Do not quote' }).click()
    await page.keyboard.press('r')
  }, 60_000)

  it('what comes while one writes neither takes the words nor the place', async () => {
    const before = await field().inputValue()
    const phone = await sandbox.open('/simulator/', { width: 430 })
    await phone.evaluate(async () => {
      const { people } = await (await fetch('api/world')).json()
      const others = people.filter((one: { name: string }) => !['Priya Malhotra', 'Zoya Sheikh', 'Neha Joshi'].includes(one.name)).slice(0, 6)
      for (const person of others) {
        const act = { personId: person.id, lineId: person.lines[0].id, act: { kind: 'text', text: 'Just now' } }
        const answer = await fetch('api/acts', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(act) })
        if (!answer.ok) throw new Error(await answer.text())
      }
    })
    await phone.close()
    await page.keyboard.type(' I look forward')
    await page.getByRole('list', { name: 'Conversations' }).getByText('Just now').first().waitFor(shown)
    expect(await field().inputValue()).toBe(`${before} I look forward`)
    expect(await focused()).toBe('Message')
    expect(await heading().textContent()).toContain('Priya Malhotra')
    await field().fill('')
  })

  it('one leaves a note, and comes back to the message', async () => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('n')
    await expect.poll(focused, shown).toBe('Note')
    await page.keyboard.type('Prefers the light upstairs')
    await page.keyboard.press('Enter')
    await page.getByText('Prefers the light upstairs').first().waitFor(shown)
    await page.keyboard.press('Escape')
    await expect.poll(() => field().count(), shown).toBe(1)
  })

  it('what one sends is not lost when one goes on at once to somebody else', async () => {
    await page.keyboard.press('r')
    await expect.poll(focused, shown).toBe('Message')
    const held: (() => void)[] = []
    let slow = true
    await page.route(url => /\/messages$/.test(url.pathname), async (route) => {
      if (slow) await new Promise<void>((resolve) => { held.push(resolve) })
      await route.continue()
    })
    await page.keyboard.type('Line number one')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Line number two')
    await page.keyboard.press('Enter')
    await bubble('Line number two').waitFor(shown)
    await page.keyboard.press('Escape')
    await goTo('Kavin Raj')
    await expect.poll(() => held.length, shown).toBe(1)
    held[0]!()
    await expect.poll(() => held.length, shown).toBe(2)
    held[1]!()
    slow = false
    expect(await bubble('Line number one').count()).toBe(0)
    await goTo('Priya Malhotra')
    // Under its own id it is the server's copy.
    await expect.poll(() => bubble('Line number two').getAttribute('data-message'), shown).not.toContain('local')
    const texts = await page.locator('[data-message]').allTextContents()
    expect(texts.findIndex(text => text.includes('Line number one'))).toBeLessThan(texts.findIndex(text => text.includes('Line number two')))
    expect(texts.filter(text => /Line number/.test(text))).toHaveLength(2)
  }, 60_000)

  it('where the window is closed one chooses a template, fills it in and sends it', async () => {
    await page.keyboard.press('Escape')
    const closed = await page.evaluate(async () => {
      const { items } = await (await fetch('/api/v1/conversations?queue=all&limit=60')).json()
      for (const row of items.toReversed()) {
        const { lanes } = await (await fetch(`/api/v1/conversations/${row.id}`)).json()
        if (lanes.length > 0 && lanes.every((lane: { state: string, channel: string }) => lane.state === 'closed' && lane.channel === 'whatsapp')) return row.name as string
      }
      return null
    })
    await goTo(closed!)
    await page.getByRole('searchbox', { name: 'Find a template' }).waitFor(shown)
    await tabTo(/Find a template/)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const blanks = page.locator('form input[required]')
    for (const blank of await blanks.all()) {
      if (await blank.inputValue() === '') await blank.fill('the halo ring')
    }
    const count = await page.locator('[data-message]').count()
    await tabTo(/Send template/)
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('[data-message]').count(), shown).toBeGreaterThan(count)
  })

  it('two entries become one, and two again', async () => {
    await goTo('Zoya Sheikh')
    await page.getByRole('button', { name: 'Same person', exact: true }).waitFor(shown)
    await tabTo(/^Same person$/, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => heading().textContent(), shown).toContain('Neha Joshi')
    await page.getByRole('button', { name: /Make Zoya Sheikh a person of their own/ }).waitFor(shown)
    await tabTo(/Make Zoya Sheikh a person of their own/, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Conversations' }).or(page.getByRole('button', { name: /new$/ })).first().waitFor(shown)
    await goTo('Zoya Sheikh')
  })

  it('on a phone\'s width, Escape leads from the person to the thread and to the list', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('c')
    await page.getByRole('dialog').waitFor(shown)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await heading().waitFor(shown)
    await page.keyboard.press('Escape')
    await page.getByRole('list', { name: 'Conversations' }).waitFor(shown)
  })

  it('gave the browser nothing to complain of', () => expect(sandbox.complaints).toEqual([]))
})
