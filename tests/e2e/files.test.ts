import type { Page } from 'playwright-core'
import type { Sandbox } from '../support/sandbox.ts'
import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { startSandbox } from '../support/sandbox.ts'

const name = 'Rhea Kapoor'
const shown = { timeout: 10_000 }
const arrives = { timeout: 25_000 }
/** Two pixels that no other picture has. */
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGNgYGD4//8/AAYBAv4CsjmuAAAAAElFTkSuQmCC', 'base64')

let sandbox: Sandbox
let inbox: Page
let phone: Page

const onPhone = (id: string) => phone.locator(`[data-test="${id}"]:visible`)
const lines = () => phone.locator('[data-test="phone-lane-option"]').evaluateAll(options => options.map(option => option.getAttribute('data-line') ?? ''))

async function chooseLine(line: string): Promise<void> {
  if (await onPhone('phone-lane').getAttribute('aria-expanded') !== 'true') await onPhone('phone-lane').click()
  await phone.locator(`[data-test="phone-lane-option"][data-line="${line}"]`).click()
}
async function write(text: string): Promise<void> {
  await onPhone('phone-text').fill(text)
  await onPhone('phone-send').click()
}
/** Speaks into the browser's own beeping microphone. */
async function speak(ms: number): Promise<void> {
  await inbox.getByRole('button', { name: 'Record a voice note' }).click()
  await inbox.getByRole('timer').waitFor(shown)
  await inbox.waitForTimeout(ms)
}
async function recordAndSend(ms: number): Promise<void> {
  await speak(ms)
  await inbox.getByRole('button', { name: 'Done', exact: true }).click()
  await inbox.getByRole('button', { name: /^Send/ }).last().click({ timeout: 10_000 })
}
/** What the phone plays: the type that it was given, how long it is, and how loud it gets. Decoded by the browser, which refuses a broken file. */
function lastSound(): Promise<{ type: string | null, seconds: number, peak: number }> {
  return phone.evaluate(async () => {
    const audio = [...document.querySelectorAll('audio')].at(-1)!
    const answer = await fetch(audio.src)
    const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await answer.arrayBuffer())
    return { type: answer.headers.get('content-type'), seconds: sound.duration, peak: Math.max(...sound.getChannelData(0)) }
  })
}

describe.skipIf(chromiumPath === undefined)('what an advisor sends beside words', () => {
  let known: string[]

  beforeAll(async () => {
    sandbox = await startSandbox({ browserArguments: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
    inbox = await sandbox.inbox('administrator', { width: 1440 })
    phone = await sandbox.open('/simulator/', { width: 430 })
    await onPhone('phone-customer').click()
    await onPhone('phone-new').click()
    await onPhone('phone-new-name').fill(name)
    await onPhone('phone-new-number').fill('+91 98205 66778')
    await onPhone('phone-new-instagram').fill('rhea.sketches')
    await onPhone('phone-new-add').click()
    await onPhone('phone-lane').click()
    known = await lines()
    await chooseLine(known[0]!)
    await write('Could you tell me about the clasp?')
    await inbox.getByRole('button').filter({ hasText: name }).filter({ has: inbox.locator('time') }).first().click()
    await inbox.locator('[data-message]').filter({ hasText: 'the clasp' }).waitFor(shown)
  }, 150_000)

  afterAll(() => sandbox?.close())

  it('a voice note reaches the phone on WhatsApp, whole and playable', async () => {
    await recordAndSend(2_200)
    const note = inbox.locator('[data-message]').filter({ has: inbox.getByRole('button', { name: /play/i }) }).last()
    await note.waitFor(shown)
    await onPhone('phone-message').locator('audio').first().waitFor({ state: 'attached', ...arrives })
    const sound = await lastSound()
    expect(sound.type).toContain('audio/ogg')
    expect(sound.seconds).toBeGreaterThan(1.5)
    expect(sound.seconds).toBeLessThan(4)
    // The microphone beeps: silence would mean that the packets were put together wrongly.
    expect(sound.peak).toBeGreaterThan(0.05)
    await note.getByRole('img', { name: /read|delivered/i }).waitFor(arrives)
  })

  it('a recording waits for whom it was made, finished or not, and the microphone is off', async () => {
    const open = (person: string) => inbox.getByRole('button').filter({ hasText: person }).filter({ has: inbox.locator('time') }).first().click()
    const recordings = inbox.getByRole('button', { name: 'Listen to the recording' })
    await inbox.evaluate(() => {
      const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      const tracks: MediaStreamTrack[] = []
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await asked(wanted)
        tracks.push(...stream.getTracks())
        return stream
      }
      Object.assign(window, { tracks })
    })
    await speak(800)
    await inbox.getByRole('button', { name: 'Done', exact: true }).click()
    await recordings.waitFor(shown)
    await speak(800)
    await open('Priya Malhotra')
    await inbox.getByRole('heading', { level: 1, name: 'Priya Malhotra' }).waitFor(shown)
    expect(await recordings.count()).toBe(0)
    expect(await inbox.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map(track => track.readyState))).toEqual(['ended', 'ended'])
    await open(name)
    await expect.poll(() => recordings.count(), shown).toBe(2)
    for (let left = 2; left > 0; left--) await inbox.getByRole('button', { name: /^Leave out voice/ }).first().click()
    expect(await recordings.count()).toBe(0)
  })

  it('marked words are shown as marked', async () => {
    await inbox.getByRole('textbox', { name: 'Message' }).fill('It is *here* and ~gone~')
    await inbox.getByRole('button', { name: /^Send/ }).last().click()
    const words = onPhone('phone-message').filter({ hasText: 'It is here and gone' })
    await words.waitFor(arrives)
    expect([await words.locator('b').textContent(), await words.locator('s').textContent()]).toEqual(['here', 'gone'])
  })

  it('a picture reaches the phone on Instagram, which fetches it from the house', async () => {
    await chooseLine(known.find(line => /instagram/.test(line))!)
    await write('My number is +91 98205 66778')
    await inbox.locator('[data-message]').filter({ hasText: 'My number is' }).waitFor(shown)
    await inbox.getByTitle('Choose the lane').click()
    await inbox.getByRole('menuitemradio', { name: /Instagram/ }).click()
    await inbox.locator('input[type="file"]').setInputFiles({ name: 'ring.png', mimeType: 'image/png', buffer: picture })
    await inbox.getByRole('button', { name: /^Send/ }).last().click({ timeout: 10_000 })
    const image = onPhone('phone-message').locator('img').last()
    await image.waitFor(arrives)
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.complete ? element.naturalWidth : 0), arrives).toBe(2)
  })

  it('a voice note reaches the phone on Instagram as a sound that it takes', async () => {
    await recordAndSend(1_500)
    await onPhone('phone-message').locator('audio').first().waitFor({ state: 'attached', ...arrives })
    expect(await lastSound()).toMatchObject({ type: expect.stringContaining('audio/wav') })
  })

  it('gave the browser nothing to complain of', () => expect(sandbox.complaints).toEqual([]))
})
