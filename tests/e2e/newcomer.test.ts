import type { Browser, Page } from 'playwright-core'
import type { Product } from '../support/product.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { freePort, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'

const shown = { timeout: 10_000 }
const password = 'rather a long password'
let product: Product
let browser: Browser
let administrator: Page

const printedLink = () => /http\S+\/setup#token=\S+/.exec(product.output())?.[0] ?? ''

async function open(url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await page.goto(url)
  return page
}

describe.skipIf(chromiumPath === undefined)('the first day of a house', () => {
  beforeAll(async () => {
    const port = String(await freePort())
    product = await startProduct({ NODE_ENV: 'production', PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, LOUPE_SECRET: 'a secret of a house that is long enough', DATA_DIR: await scratchDirectory(), LOG_LEVEL: 'warn' })
    browser = await launchBrowser()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await product?.stop()
    if (product) await removeDirectory(product.dataDir)
  })

  it('lets whoever has the printed link make the first administrator', async () => {
    await expect.poll(printedLink, shown).not.toBe('')
    administrator = await open(printedLink())
    await administrator.getByLabel('Your name').fill('Ada Example')
    await administrator.getByLabel('E-mail').fill('ada@house.example')
    await administrator.getByLabel('Password', { exact: true }).fill(password)
    await administrator.getByRole('button', { name: 'Open the house' }).click()
    await administrator.waitForURL(/\/inbox$/)
  })

  it('lets nobody use the link again, and says so', async () => {
    const second = await open(printedLink())
    await second.getByLabel('Your name').fill('Somebody Else')
    await second.getByLabel('E-mail').fill('else@house.example')
    await second.getByLabel('Password', { exact: true }).fill(password)
    await second.getByRole('button', { name: 'Open the house' }).click()
    await second.getByRole('alert').filter({ hasText: 'has its administrator already' }).waitFor(shown)
    await second.context().close()
  })

  it('teaches what to do while nobody has written', async () => {
    const steps = administrator.getByRole('heading', { name: 'Three steps to the first conversation' })
    await steps.waitFor(shown)
    await administrator.setViewportSize({ width: 390, height: 800 })
    await administrator.getByText('Nobody is ready just now').waitFor({ state: 'detached', ...shown })
    expect(await steps.isVisible()).toBe(true)
    await administrator.setViewportSize({ width: 1440, height: 900 })
    await administrator.getByRole('link', { name: /Invite your colleagues/ }).click()
    await administrator.waitForURL(/\/settings\/people/)
  })

  it('invites a colleague, who sets a password and is in', async () => {
    await administrator.getByRole('button', { name: 'Invite somebody' }).click()
    await administrator.getByLabel('Name', { exact: true }).fill('Meera Example')
    await administrator.getByLabel('E-mail').fill('meera@house.example')
    await administrator.getByRole('button', { name: 'Invite somebody' }).last().click()
    const link = await administrator.getByLabel('A link for Meera Example').inputValue()
    await administrator.getByText('invited, until').waitFor(shown)

    const colleague = await open(link)
    await colleague.getByLabel('Password', { exact: true }).fill(password)
    await colleague.getByRole('button', { name: 'Come in' }).click()
    await colleague.waitForURL(/\/inbox$/)
    await colleague.getByText('Waiting for the first message').waitFor(shown)

    const late = await open(link)
    await late.getByLabel('Password', { exact: true }).fill(password)
    await late.getByRole('button', { name: 'Come in' }).click()
    await late.getByRole('alert').filter({ hasText: 'no longer good' }).waitFor(shown)
    await Promise.all([colleague.context().close(), late.context().close()])
  })

  it('keeps the last administrator', async () => {
    await administrator.getByRole('button', { name: 'What to do about Ada Example' }).click()
    await administrator.getByRole('menuitem', { name: 'Change' }).click()
    await administrator.getByText('Advisor', { exact: true }).click()
    await administrator.getByRole('button', { name: 'Save' }).click()
    await administrator.getByText('This is the last administrator').waitFor(shown)
  })
})
