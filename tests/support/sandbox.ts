import type { Browser, Page } from 'playwright-core'
import type { Role } from '#contracts'
import type { Product } from './product.ts'
import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'
import { launchBrowser } from './browser.ts'
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

/** Waits until the demo house is in the store and everything in it has been taken in. */
async function demoHouseLoaded(dataDir: string): Promise<void> {
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const deadline = Date.now() + 120_000
    while (Date.now() < deadline) {
      const demo = await connection.collection<{ _id: string, value: { loaded: boolean } }>('settings').findOne({ _id: 'demo' })
      if (demo?.value.loaded && await connection.collection('deliveries').countDocuments({ state: 'stored' }) === 0) return
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    throw new Error('the demo house did not load')
  }
  finally {
    await connection.close()
  }
}

/** Starts the sandbox and waits until the demo house is loaded. `browserArguments` are added to the browser's own. */
export async function startSandbox(browserArguments: string[] = []): Promise<Sandbox> {
  const dataDir = await scratchDirectory()
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
