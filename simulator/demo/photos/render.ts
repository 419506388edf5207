/** Draws the photographs of the demo house anew: `npx tsx simulator/demo/photos/render.ts`. Needs a Chromium (CHROMIUM_PATH). */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium } from 'playwright-core'
import { photoScenes } from './scenes.ts'

const folder = join(import.meta.dirname, '../../phone/public/photos')
const mostBytes = 60_000
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const page = await browser.newPage({ viewport: { width: 640, height: 800 } })
for (const { name, svg } of photoScenes) {
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`)
  const path = join(folder, `${name}.jpg`)
  for (let quality = 78; quality >= 40; quality -= 6) {
    await page.screenshot({ path, type: 'jpeg', quality })
    if (statSync(path).size <= mostBytes) break
  }
}
await browser.close()
