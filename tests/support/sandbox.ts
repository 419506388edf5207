import type { Browser, Page } from 'playwright-core'
import type { Role } from '#contracts'
import type { Product } from './product.ts'
import { cp } from 'node:fs/promises'
import { inject } from 'vitest'
import { launchBrowser } from './browser.ts'
import { demoHouseLoaded } from './demo-house.ts'
import { freePort, removeDirectory, scratchDirectory, startProduct } from './product.ts'

/** The demo house in the built product, and a browser to look at it. */
export interface Sandbox {
  product: Product
  browser: Browser
  /** What the browser complained of in any window. */
  complaints: string[]
  open: (path: string, size: { width: number, height?: number }) => Promise<Page>
  /** A window of the inbox in which somebody of this role is signed in, showing everybody. */
  inbox: (role: Role, size: { width: number, height?: number }) => Promise<Page>
  close: () => Promise<void>
}

export interface SandboxOptions {
  /** Added to the browser's own. */
  browserArguments?: string[]
  /** An empty directory, as a newcomer has it, instead of a copy of a house that is loaded already. */
  fresh?: boolean
}

/** Starts the sandbox and waits until the demo house is loaded. */
export async function startSandbox({ browserArguments = [], fresh = false }: SandboxOptions = {}): Promise<Sandbox> {
  const dataDir = await scratchDirectory()
  if (!fresh) await cp(inject('demoHouse'), dataDir, { recursive: true })
  const product = await startProduct({ DATA_DIR: dataDir, PORT: String(await freePort()), LOG_LEVEL: 'warn' })
  await demoHouseLoaded(dataDir)
  const browser = await launchBrowser(browserArguments)
  const complaints: string[] = []

  async function open(path: string, { width, height = 900 }: { width: number, height?: number }): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height } })
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()) })
    await page.goto(product.url + path)
    return page
  }
  return {
    product,
    browser,
    complaints,
    open,
    async inbox(role, size) {
      const page = await open('/', size)
      await page.getByRole('button', { name: new RegExp(`^${role}`, 'i') }).click()
      await page.waitForURL(/\/inbox/)
      await page.goto(`${product.url}/inbox/all`)
      await page.getByRole('button').filter({ has: page.locator('time') }).first().waitFor({ timeout: 20_000 })
      return page
    },
    async close() {
      await browser.close()
      await product.stop()
      await removeDirectory(dataDir)
    },
  }
}
