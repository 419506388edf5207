import type { Locator, Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const name = 'Ananya Rao'
const shown = { timeout: 10_000 }

let sandbox: Sandbox
let inbox: Page
let phone: Page

/** Milliseconds from what the customer did until the inbox showed it. */
const waits: number[] = []
/** What a step may take on a machine that tests keep busy. */
const atMost = { timeout: 5_000 }

/** Does something on the phone and waits until it shows in the inbox. */
async function shows(act: () => Promise<void>, where: () => Locator): Promise<void> {
  await act()
  const begun = performance.now()
  await where().first().waitFor(atMost)
  waits.push(performance.now() - begun)
}

const onPhone = (id: string) => phone.locator(`[data-test="${id}"]:visible`)
const row = () => inbox.getByRole('button').filter({ hasText: name }).filter({ has: inbox.locator('time') })
const bubble = (text: string): Locator => inbox.locator('[data-message]').filter({ hasText: text })

async function showLanes(): Promise<void> {
  if (await onPhone('phone-lane').getAttribute('aria-expanded') !== 'true') await onPhone('phone-lane').click()
}

async function chooseLane(line: string): Promise<void> {
  await showLanes()
  await phone.locator(`[data-test="phone-lane-option"][data-line="${line}"]`).click()
}

async function write(text: string): Promise<void> {
  await onPhone('phone-text').fill(text)
  await onPhone('phone-send').click()
}

describe.skipIf(chromiumPath === undefined)('a customer writes, an advisor answers', () => {
  let lines: string[]

  beforeAll(async () => {
    sandbox = await startSandbox({ fresh: true })
    // A new person is not ready yet; this list has everybody.
    inbox = await sandbox.inbox('administrator', { width: 1440 })
    await inbox.getByRole('button').filter({ hasText: 'Priya Malhotra' }).first().waitFor(shown)
    phone = await sandbox.open('/simulator/', { width: 430 })
    await onPhone('phone-customer').click()
    await onPhone('phone-new').click()
    await onPhone('phone-new-name').fill(name)
    await onPhone('phone-new-number').fill('+91 98205 51234')
    await onPhone('phone-new-instagram').fill('ananya.sketches')
    await onPhone('phone-new-add').click()
    await showLanes()
    lines = await phone.locator('[data-test="phone-lane-option"]').evaluateAll(options => options.map(option => option.getAttribute('data-line') ?? ''))
  }, 150_000)

  // What both windows showed, for whoever looks into a failure.
  beforeEach(({ onTestFailed, task }) => onTestFailed(async () => {
    const file = (window: string) => join(tmpdir(), `loupe-${task.name.replaceAll(/\W+/g, '-').slice(0, 40)}-${window}.png`)
    await inbox?.screenshot({ path: file('inbox') })
    await phone?.screenshot({ path: file('phone') })
  }))

  afterAll(() => sandbox?.close())

  it('shows a new customer in the inbox at once', async () => {
    await chooseLane(lines[0]!)
    await shows(() => write('Hello, do you have the halo ring in rose gold?'), row)
    await row().first().click()
    await bubble('halo ring in rose gold').waitFor(shown)
  })

  it('shows pictures, voice notes, questions about a piece and orders as what they are', async () => {
    await onPhone('phone-attach').click()
    await onPhone('phone-photo').click()
    await shows(() => onPhone('phone-photo-option').first().click(), () => inbox.locator('[data-message] img'))
    await inbox.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('[data-message] img')].some(image => image.complete && image.naturalWidth > 0), undefined, shown)

    await onPhone('phone-voice').click()
    await shows(() => onPhone('phone-voice-option').first().click(), () => inbox.locator('[data-message]').getByRole('button', { name: /play/i }))

    await onPhone('phone-attach').click()
    await onPhone('phone-piece').click()
    await onPhone('phone-piece-option').first().click()
    await onPhone('phone-piece-text').fill('Is this one available to see on Friday?')
    await shows(() => onPhone('phone-ask').click(), () => bubble('Is this one available to see on Friday?'))

    await onPhone('phone-attach').click()
    await onPhone('phone-piece').click()
    await onPhone('phone-piece-option').nth(2).click()
    await shows(() => onPhone('phone-order').click(), () => inbox.locator('[data-message]').filter({ hasText: /order/i }))
  })

  it('keeps the person one customer and one thread when they write to another store and from Instagram', async () => {
    await chooseLane(lines.find(line => line.includes('dubai')) ?? lines[1]!)
    await shows(() => write('And would Dubai have it too?'), () => bubble('And would Dubai have it too?'))
    await chooseLane(lines.find(line => /ig|instagram/.test(line)) ?? lines.at(-2)!)
    await write('Me again, from Instagram')
    await write('My number is +91 98205 51234')
    await bubble('Me again, from Instagram').waitFor(shown)
    await bubble('halo ring in rose gold').waitFor(shown)
    await expect.poll(() => row().count(), shown).toBe(1)
  })

  it('tells how ready they are, why, and what to do', async () => {
    const context = inbox.getByRole('complementary').last()
    await context.getByText(/to visit or buy in 7 days/).waitFor(shown)
    await context.getByText('Why', { exact: false }).first().waitFor(shown)
  })

  it('brings the advisor\'s answer to the phone, and the ticks go to read', async () => {
    await chooseLane(lines[0]!)
    await shows(() => write('Could I come on Saturday?'), () => bubble('Could I come on Saturday?'))
    await inbox.getByRole('textbox', { name: /write|message|answer/i }).last().fill('Of course, Ananya. I keep it aside for Saturday at five.')
    await inbox.keyboard.press('Enter')
    const answer = bubble('I keep it aside for Saturday')
    await answer.getByText(/undo/i).waitFor(shown)
    await onPhone('phone-message').filter({ hasText: 'I keep it aside for Saturday' }).waitFor({ timeout: 20_000 })
    await answer.getByRole('img', { name: /read/i }).waitFor({ timeout: 20_000 })
  })

  it('stops at delivered while the phone is away, and shows a reaction when it is back', async () => {
    await onPhone('phone-quiet').click()
    await inbox.getByRole('textbox', { name: /write|message|answer/i }).last().fill('Bring your fiancé, the light upstairs is best.')
    await inbox.keyboard.press('Enter')
    const second = bubble('the light upstairs is best')
    await second.getByRole('img', { name: /delivered/i }).waitFor({ timeout: 20_000 })
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(await second.getByRole('img', { name: /delivered/i }).count()).toBe(1)
    await onPhone('phone-wake').click()
    await second.getByRole('img', { name: /read/i }).waitFor({ timeout: 20_000 })
    const last = onPhone('phone-message').filter({ hasText: 'the light upstairs is best' })
    await last.hover()
    await last.locator('[data-test="phone-react"]').click()
    await onPhone('phone-emoji').first().click()
    await second.getByRole('listitem').waitFor(shown)
  })

  it('catches up with what it missed while it was offline', async () => {
    await inbox.context().setOffline(true)
    await write('One more thing: is the certificate included?')
    await new Promise(resolve => setTimeout(resolve, 1_500))
    await inbox.context().setOffline(false)
    await bubble('is the certificate included?').waitFor({ timeout: 30_000 })
  })

  it('moves the thread within a second', () => {
    // Half of the steps, because other tests keep the machine busy; each of them was waited for five seconds at most.
    expect(waits.length).toBeGreaterThanOrEqual(7)
    expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(1_000)
  })

  it('gave the browser nothing to complain of', () => {
    expect(sandbox.complaints.filter(line => !/ERR_INTERNET_DISCONNECTED|websocket|Failed to fetch/i.test(line))).toEqual([])
  })
})
