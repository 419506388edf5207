import type { Browser } from 'playwright-core'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium } from 'playwright-core'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** Path of a Chromium on this machine: `CHROMIUM_PATH`, then the usual places. Undefined when there is none, and browser tests are skipped. */
export const chromiumPath = [process.env.CHROMIUM_PATH, ...usual].find(path => path !== undefined && path !== '' && existsSync(path))

/** @param further arguments beside those that a machine without a screen needs */
export function launchBrowser(further: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...further],
  })
}
