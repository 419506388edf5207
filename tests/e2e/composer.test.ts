import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const shown = { timeout: 10_000 }
let sandbox: Sandbox
let page: Page

const row = (name: string) => page.getByRole('button').filter({ hasText: name }).filter({ has: page.locator('time') })
const tray = (name: string) => page.getByRole('button', { name: `Leave out ${name}` })

async function open(name: string): Promise<void> {
  await row(name).click()
  await page.getByRole('heading', { level: 1, name }).waitFor(shown)
  await page.getByRole('log').locator('article').last().waitFor(shown)
}
/** Holds a file of so many bytes over what `selector` finds, and lets go; answers what is shown meanwhile and whether the browser was kept from opening it. */
function drop(selector: string, name: string, bytes: number): Promise<{ over: string, kept: boolean }> {
  return page.evaluate(async ([selector, name, bytes]) => {
    const target = document.querySelector(selector)!
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'application/pdf' }))
    const send = (type: string) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })
      target.dispatchEvent(event)
      return event.defaultPrevented
    }
    send('dragover')
    await new Promise(resolve => setTimeout(resolve, 50))
    return { over: document.querySelector('main')!.textContent, kept: send('drop') }
  }, [selector, name, bytes] as const)
}
const fromEnd = () => page.getByRole('log').evaluate(el => el.scrollHeight - el.scrollTop - el.clientHeight)

describe.skipIf(chromiumPath === undefined)('what is put into the composer', () => {
  beforeAll(async () => {
    sandbox = await startSandbox()
    page = await sandbox.inbox('administrator', { width: 1440 })
    await open('Priya Malhotra')
  }, 150_000)
  afterAll(() => sandbox?.close())

  it('may be a file that is dropped anywhere on the thread', async () => {
    const { over, kept } = await drop('[role="log"]', 'sketch.pdf', 2000)
    expect(over).toContain('Drop to attach')
    expect(kept).toBe(true)
    await tray('sketch.pdf').waitFor(shown)
    expect(await page.getByText('Drop to attach').count()).toBe(0)
  })

  it('is not what is dropped beside it, and the inbox stays where it is', async () => {
    const { over, kept } = await drop('nav', 'stray.pdf', 2000)
    expect(over).not.toContain('Drop to attach')
    expect(kept).toBe(true)
    expect(await tray('stray.pdf').count()).toBe(0)
  })

  it('is told apart from what no channel takes', async () => {
    await drop('[role="log"]', 'film.pdf', 105_000_000)
    await page.getByText('film.pdf is too large').waitFor(shown)
    expect(await tray('film.pdf').count()).toBe(0)
  })

  it('never goes out with a note', async () => {
    await tray('sketch.pdf').click()
    await page.getByRole('button', { name: 'Note for colleagues' }).click()
    await drop('[role="log"]', 'secret.pdf', 2000)
    await page.getByText('A note has no files').waitFor(shown)
    expect(await tray('secret.pdf').count()).toBe(0)
    await page.getByRole('button', { name: 'Back to the message' }).click()
  })

  it('is folded once it is sent where it is very long, and unfolds with a key', async () => {
    await page.getByRole('textbox', { name: 'Message' }).fill(Array.from({ length: 40 }, (_, i) => `Line ${i + 1}`).join('\n'))
    await page.getByRole('button', { name: /^Send/ }).last().click()
    const message = page.locator('[data-message]').filter({ hasText: 'Line 40' })
    const more = message.getByRole('button', { name: 'Show all' })
    await more.waitFor(shown)
    const height = (await message.boundingBox())!.height
    expect(height).toBeLessThan(700)
    await message.focus()
    await page.keyboard.press('Tab')
    expect(await more.evaluate(button => button === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await message.getByRole('button', { name: 'Show less' }).waitFor(shown)
    expect((await message.boundingBox())!.height - height).toBeGreaterThan(300)
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await message.boundingBox())!.height, shown).toBeCloseTo(height, 0)
  })

  it('is a template with what is known of the person, and the newest message stays in sight', async () => {
    await open('Rohan Kapoor')
    await page.getByRole('button', { name: /^Appointment reminder · English/ }).click()
    await page.locator('mark', { hasText: 'Day' }).waitFor(shown)
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Rohan')
    expect(await page.getByRole('region', { name: 'Write' }).getByLabel('Day', { exact: true }).evaluate(field => field === document.activeElement)).toBe(true)
    await expect.poll(fromEnd, shown).toBeLessThan(2)
    await page.keyboard.type('Saturday')
    await page.getByText('at Bandra on Saturday').waitFor(shown)
  })

  it('is still there after a reload: words, files and pieces, and is asked about while a file is on its way', async () => {
    await open('Priya Malhotra')
    await page.getByRole('textbox', { name: 'Message' }).fill('With the certificate.')
    await drop('[role="log"]', 'certificate.pdf', 2000)
    await page.getByText('2 kB').first().waitFor(shown)
    await page.getByRole('button', { name: 'Choose a piece' }).click()
    await page.getByRole('button', { name: /Ceylon R-164/ }).click()
    await page.reload()
    await tray('certificate.pdf').waitFor(shown)
    await tray('Ceylon R-164').waitFor(shown)
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('With the certificate.')

    let asked = ''
    page.on('dialog', (dialog) => { asked = dialog.type(); void dialog.dismiss() })
    await page.route(url => url.pathname === '/api/v1/uploads', () => {})
    await drop('[role="log"]', 'slow.pdf', 2000)
    await tray('slow.pdf').waitFor(shown)
    await page.getByRole('textbox', { name: 'Message' }).click()
    await page.evaluate(() => location.reload())
    await expect.poll(() => asked, shown).toBe('beforeunload')
    await tray('slow.pdf').click()
  })

  it('kept the browser content', () => expect(sandbox.complaints).toEqual([]))
})
