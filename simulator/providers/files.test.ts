import type { RunningSimulator } from '../start.ts'
import type { ListeningHouse } from '../testing/listening-house.ts'
import { Buffer } from 'node:buffer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoLines } from '../demo/house.ts'
import { demoPeople } from '../demo/people.ts'
import { startListeningHouse, startQuickSimulator, testSecrets } from '../testing/listening-house.ts'

const bandra = demoLines.find(line => line.id === 'wa-bandra')!
const priya = demoPeople.find(person => person.id === 'priya')!
const kavin = demoPeople.find(person => person.id === 'kavin')!
const picture = Buffer.from('iVBORw0KGgo=', 'base64')

let house: ListeningHouse
let simulator: RunningSimulator
beforeEach(async () => {
  house = await startListeningHouse()
  simulator = await startQuickSimulator(house)
  house.files.set('/media/ring', { mime: 'image/png', bytes: picture })
})
afterEach(async () => {
  await simulator.close()
  await house.close()
})

const at = (path: string) => new URL(path, simulator.url)
const json = (body: unknown) => ({ method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${testSecrets.graphToken}` }, body: JSON.stringify(body) })
type Shown = { side: string, tick: string, failure?: number, bubble: { kind: string, mediaId?: string, mime?: string, text?: string } }
const thread = async (person: string, line: string) => ((await (await fetch(at(`api/people/${person}/thread/${line}`))).json()) as { messages: Shown[] }).messages
const bytesOf = async (mediaId: string | undefined) => Buffer.from(await (await fetch(at(`api/files/${mediaId}`))).arrayBuffer())
const onInstagram = (url: string) => fetch(at('graph/me/messages'), json({ recipient: { id: priya.instagramId }, message: { attachment: { type: 'image', payload: { url } } } }))

/** An Ogg file's first page with Opus's head, as far as anybody looks at it. */
function oggHead(channels: number): Buffer {
  const bytes = Buffer.alloc(60)
  bytes.write('OggS', 0, 'latin1')
  bytes.write('OpusHead', 28, 'latin1')
  bytes[37] = channels
  return bytes
}
function upload(mime: string, bytes: Buffer) {
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mime)
  form.set('file', new Blob([new Uint8Array(bytes)], { type: mime }), 'voice')
  return fetch(at(`graph/${bandra.externalId}/media`), { method: 'POST', headers: { authorization: `Bearer ${testSecrets.graphToken}` }, body: form })
}

describe('a file of the house by its address', () => {
  it('is fetched by Instagram and shown on the phone', async () => {
    await fetch(at('api/acts'), json({ personId: 'priya', lineId: 'instagram', act: { kind: 'text', text: 'Hi' } }))
    expect((await onInstagram(`${house.url}/media/ring`)).status).toBe(200)
    const shown = (await thread('priya', 'instagram')).at(-1)!
    expect(shown.bubble).toMatchObject({ kind: 'image', mime: 'image/png' })
    expect((await bytesOf(shown.bubble.mediaId)).equals(picture)).toBe(true)
  })

  it('that cannot be fetched, or is somebody else\'s, is refused by Instagram', async () => {
    await fetch(at('api/acts'), json({ personId: 'priya', lineId: 'instagram', act: { kind: 'text', text: 'Hi' } }))
    for (const url of [`${house.url}/media/gone`, 'http://127.0.0.1:9/media/ring', 'nonsense'])
      expect(await (await onInstagram(url)).json()).toMatchObject({ error: { code: 100, error_subcode: 2018047 } })
    expect(await thread('priya', 'instagram')).toHaveLength(1)
  })

  it('is fetched by Twilio, and fails later when it cannot be', async () => {
    const send = (MediaUrl: string) => fetch(at('twilio/2010-04-01/Accounts/AC1/Messages.json'), {
      method: 'POST',
      headers: { 'authorization': `Basic ${Buffer.from(`${testSecrets.twilioAccountSid}:${testSecrets.twilioAuthToken}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ To: `+${kavin.phone}`, From: '+14155550136', Body: 'The ring', MediaUrl, StatusCallback: `${house.url}/webhooks/twilio/status` }),
    })
    expect((await send(`${house.url}/media/ring`)).status).toBe(201)
    const shown = (await thread('kavin', 'sms')).at(-1)!
    expect(shown.bubble).toMatchObject({ kind: 'image', text: 'The ring' })
    expect((await bytesOf(shown.bubble.mediaId)).equals(picture)).toBe(true)
    expect((await send(`${house.url}/media/gone`)).status).toBe(201)
    const told = await house.until(heard => heard.some(one => one.body.includes('ErrorCode=11200')))
    expect(told.some(one => one.body.includes('MessageStatus=failed'))).toBe(true)
    expect(await thread('kavin', 'sms')).toHaveLength(1)
  })
})

describe('a sound that the house uploads to WhatsApp', () => {
  it('is taken as Ogg with Opus on one channel', async () => expect((await upload('audio/ogg', oggHead(1))).status).toBe(200))

  it.each([['WebM', 'audio/webm', Buffer.from('webm')], ['Ogg without Opus', 'audio/ogg', Buffer.from('OggS and more bytes than a head has, yet none of Opus')], ['two channels', 'audio/ogg', oggHead(2)]])('is refused as %s', async (_, mime, bytes) => {
    const answer = await upload(mime, bytes)
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 100 } }])
  })
})
