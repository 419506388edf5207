import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }

let sandbox: Sandbox
/** Two people of the house who look at the same list. */
let daniel: Page
let kavita: Page
let phone: Page

const row = (page: Page, name: string) => page.getByRole('list', { name: 'Conversations' }).getByRole('listitem').filter({ hasText: name }).getByRole('button').first()
const heading = (page: Page) => page.locator('main h1')
async function openRow(page: Page, name: string) {
  await row(page, name).click()
  await expect.poll(() => heading(page).textContent(), shown).toContain(name)
}

/** Makes a person and the one whose thread is open one, by the command palette and its dialogue, with keys alone. */
async function joinByKeys(page: Page, name: string) {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('merge')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: /Merge with/ }).waitFor(shown)
  await page.keyboard.type(name.split(' ')[0]!.toLowerCase())
  await page.getByRole('option', { name }).waitFor(shown)
  await page.keyboard.press('Enter')
  await page.getByText(/move to/).waitFor(shown)
  await page.keyboard.press('Enter')
}

describe.skipIf(chromiumPath === undefined)('two entries of one person', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    daniel = await sandbox.inbox('administrator', { width: 1440, height: 2600 })
    kavita = await sandbox.inbox('manager', { width: 1440, height: 2600 })
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('are shown with what speaks for it', async () => {
    await openRow(daniel, 'Zoya Sheikh')
    const card = daniel.getByRole('region', { name: 'Same person?' })
    await card.getByText('Neha Joshi').first().waitFor(shown)
    await card.getByText('call her if I go quiet').waitFor(shown)
  })

  it('become one on every page when somebody says so, and an open thread moves to it with what was begun there', async () => {
    await openRow(kavita, 'Zoya Sheikh')
    await kavita.getByRole('button', { name: 'Note for colleagues' }).click()
    await kavita.getByRole('textbox', { name: 'Note' }).fill('asks for her sister')
    await daniel.getByRole('button', { name: 'Same person', exact: true }).click()
    for (const page of [daniel, kavita]) {
      await expect.poll(() => heading(page).textContent(), shown).toContain('Neha Joshi')
      await expect.poll(() => row(page, 'Zoya Sheikh').count(), shown).toBe(0)
    }
    await kavita.locator('[data-message]').filter({ hasText: 'ok how much are the ruby ones' }).waitFor(shown)
    await kavita.getByRole('button', { name: 'Note for colleagues' }).click()
    expect(await kavita.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('asks for her sister')
  })

  it('become two again from the toast, and the thread has only its own', async () => {
    await daniel.getByRole('status').getByRole('button', { name: 'Undo' }).click()
    for (const page of [daniel, kavita]) {
      await row(page, 'Zoya Sheikh').waitFor(shown)
      await expect.poll(() => page.locator('[data-message]').filter({ hasText: 'ok how much are the ruby ones' }).count(), shown).toBe(0)
    }
  })

  it('are left two when somebody says that they are', async () => {
    await openRow(daniel, 'Zoya Sheikh')
    await daniel.getByRole('button', { name: 'Merge with …' }).waitFor(shown)
    const dismiss = daniel.getByRole('button', { name: 'Two people' })
    if (await dismiss.count() > 0) await dismiss.click()
    await expect.poll(() => dismiss.count(), shown).toBe(0)
    await row(daniel, 'Neha Joshi').waitFor(shown)
  })

  it('are found and joined by hand, with keys alone', async () => {
    await openRow(daniel, 'Neha Joshi')
    await joinByKeys(daniel, 'Zoya Sheikh')
    await expect.poll(() => row(daniel, 'Zoya Sheikh').count(), shown).toBe(0)
    await daniel.getByRole('button', { name: /Make Zoya Sheikh a person of their own/ }).click()
    // Whoever has scrolled down is not moved: what is new waits behind a button.
    await daniel.getByRole('button', { name: '1 new' }).or(row(daniel, 'Zoya Sheikh')).first().waitFor(shown)
  })

  it('are joined again from the toast when that was a slip', async () => {
    await daniel.getByRole('status').filter({ hasText: 'Two people again' }).getByRole('button', { name: 'Undo' }).click()
    await daniel.getByRole('button', { name: /Make Zoya Sheikh a person of their own/ }).waitFor(shown)
    await expect.poll(() => row(daniel, 'Zoya Sheikh').count(), shown).toBe(0)
  })
})

describe.skipIf(chromiumPath === undefined)('a thread that is opened again', () => {
  beforeAll(async () => {
    sandbox = await startSandbox({ browserArguments: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
    daniel = await sandbox.inbox('administrator', { width: 1440, height: 2600 })
    phone = await sandbox.open('/simulator/', { width: 430 })
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('shows what came while another one was open', async () => {
    const onPhone = (id: string) => phone.locator(`[data-test="${id}"]:visible`)
    await onPhone('phone-customer').click()
    await onPhone('phone-new').click()
    await onPhone('phone-new-name').fill('Rhea Kapoor')
    await onPhone('phone-new-number').fill('+91 98205 66778')
    await onPhone('phone-new-add').click()
    const write = async (text: string) => {
      await onPhone('phone-text').fill(text)
      await onPhone('phone-send').click()
    }
    await write('The first thing')
    await openRow(daniel, 'Rhea Kapoor')
    await daniel.locator('[data-message]').filter({ hasText: 'The first thing' }).waitFor(shown)
    await openRow(daniel, 'Kavin Raj')
    await write('The second thing')
    await row(daniel, 'Rhea Kapoor').filter({ hasText: 'The second thing' }).waitFor(shown)
    await openRow(daniel, 'Rhea Kapoor')
    await daniel.locator('[data-message]').filter({ hasText: 'The second thing' }).waitFor(shown)
  })

  it('takes along what is being recorded when a colleague joins it with another', async () => {
    await daniel.getByRole('button', { name: 'Record a voice note' }).click()
    await daniel.getByRole('timer').waitFor(shown)
    const colleague = await sandbox.inbox('administrator', { width: 1440, height: 2600 })
    await openRow(colleague, 'Kavin Raj')
    await joinByKeys(colleague, 'Rhea Kapoor')
    await expect.poll(() => heading(daniel).textContent(), shown).toContain('Kavin Raj')
    await daniel.getByRole('button', { name: 'Listen to the recording' }).waitFor(shown)
  })
})
