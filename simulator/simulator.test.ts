import type { RunningSimulator } from './start.ts'
import type { Heard, ListeningHouse } from './testing/listening-house.ts'
import twilio from 'twilio'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metaSignature } from './bodies/sign.ts'
import { demoLines } from './demo/house.ts'
import { demoPeople } from './demo/people.ts'
import { startListeningHouse, startQuickSimulator, testSecrets } from './testing/listening-house.ts'

const bandra = demoLines.find(line => line.id === 'wa-bandra')!
const instagram = demoLines.find(line => line.id === 'instagram')!
const priya = demoPeople.find(person => person.id === 'priya')!
const kavin = demoPeople.find(person => person.id === 'kavin')!

let house: ListeningHouse
let simulator: RunningSimulator
beforeEach(async () => {
  house = await startListeningHouse()
  simulator = await startQuickSimulator(house)
})
afterEach(async () => {
  await simulator.close()
  await house.close()
})

const at = (path: string) => new URL(path, simulator.url)
const json = (body: unknown, method = 'POST') => ({ method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const act = async (personId: string, lineId: string, what: unknown) => (await (await fetch(at('api/acts'), json({ personId, lineId, act: what }))).json()) as { id: string }
const graph = (path: string, body: unknown, token = testSecrets.graphToken) => fetch(at(`graph/v24.0/${path}`), { ...json(body), headers: { 'content-type': 'application/json', 'authorization': `Bearer ${token}` } })
const sendText = (text: string) => graph(`${bandra.externalId}/messages`, { messaging_product: 'whatsapp', to: `+${priya.phone}`, type: 'text', text: { body: text } })
const wamidOf = async (response: Response) => ((await response.json()) as { messages: { id: string }[] }).messages[0]!.id
const faults = (wanted: object) => fetch(at('control/faults'), json(wanted, 'PUT'))
const open = (lineId: string | null, page = 'page') => fetch(at(`api/phone/${page}`), json({ chat: lineId && { personId: 'priya', lineId } }, 'PUT'))

type Value = { messages?: { id: string, type: string, text?: { body: string } }[], statuses?: { id: string, status: string, errors?: { code: number }[] }[] }
const valuesOf = (one: Heard) => (JSON.parse(one.body) as { entry: { changes: { value: Value }[] }[] }).entry.flatMap(entry => entry.changes.map(change => change.value))
const whatsappOf = (heard: readonly Heard[]) => heard.filter(one => one.path === '/webhooks/whatsapp').flatMap(valuesOf)
const statusesOf = (heard: readonly Heard[], id: string) => whatsappOf(heard).flatMap(value => value.statuses ?? []).filter(status => status.id === id).map(status => status.status)

it('says of its health that nobody loads a demo house beside it', async () => {
  expect(await (await fetch(at('healthz'))).json()).toEqual({ ok: true, demo: 'absent' })
})

describe('a person who writes', () => {
  it('is told of by a webhook that is signed over its bytes', async () => {
    const { id } = await act('priya', 'wa-bandra', { kind: 'text', text: 'Is it still there? 💍' })
    const [one] = await house.until(heard => heard.length === 1)
    expect(one!.headers['x-hub-signature-256']).toBe(metaSignature(testSecrets.whatsappAppSecret, one!.body))
    expect(whatsappOf([one!])).toMatchObject([{ messages: [{ id, type: 'text', text: { body: 'Is it still there? 💍' } }] }])
  })

  it('is told of again, in order, until the house takes it', async () => {
    house.answers.push(503, 500)
    await act('priya', 'wa-bandra', { kind: 'text', text: 'first' })
    await act('priya', 'wa-bandra', { kind: 'text', text: 'second' })
    const heard = await house.until(all => all.length === 4)
    expect(whatsappOf(heard).map(value => value.messages?.[0]?.text?.body)).toEqual(['first', 'first', 'first', 'second'])
  })

  it('sees on the phone when the house has the message, and when it was read', async () => {
    const { id } = await act('priya', 'wa-bandra', { kind: 'text', text: 'Hello' })
    await simulator.idle()
    const tick = async () => ((await (await fetch(at('api/people/priya/thread/wa-bandra'))).json()) as { messages: { tick: string }[] }).messages[0]!.tick
    expect(await tick()).toBe('delivered')
    await graph(`${bandra.externalId}/messages`, { messaging_product: 'whatsapp', status: 'read', message_id: id, typing_indicator: { type: 'text' } })
    expect(await tick()).toBe('read')
  })

  it('writes by text message under a signature that Twilio\'s library accepts', async () => {
    await act('kavin', 'sms', { kind: 'text', text: 'Is my chain done' })
    const [one] = await house.until(heard => heard.length === 1)
    const form = Object.fromEntries(new URLSearchParams(one!.body))
    expect(form).toMatchObject({ From: `+${kavin.phone}`, Body: 'Is my chain done' })
    expect(twilio.validateRequest(testSecrets.twilioAuthToken, String(one!.headers['x-twilio-signature']), `${house.url}/webhooks/twilio/messages`, form)).toBe(true)
  })

  it('cannot do what the line does not carry, nor answer what was never said', async () => {
    expect((await fetch(at('api/acts'), json({ personId: 'kavin', lineId: 'sms', act: { kind: 'location', latitude: 1, longitude: 1 } }))).status).toBe(409)
    expect((await fetch(at('api/acts'), json({ personId: 'kavin', lineId: 'instagram', act: { kind: 'text', text: 'x' } }))).status).toBe(409)
    expect((await fetch(at('api/acts'), json({ personId: 'priya', lineId: 'wa-bandra', act: { kind: 'reaction', emoji: '❤️', targetId: 'nothing' } }))).status).toBe(404)
    expect((await fetch(at('api/acts'), json({ personId: 'priya', lineId: 'wa-bandra', act: { kind: 'text' } }))).status).toBe(400)
    expect(house.heard).toHaveLength(0)
  })
})

describe('an answer of the house', () => {
  it('is sent, delivered, and read when the chat is open', async () => {
    await act('priya', 'wa-bandra', { kind: 'text', text: 'Hello' })
    await open('wa-bandra')
    const id = await wamidOf(await sendText('Good evening'))
    await house.until(heard => statusesOf(heard, id).includes('read'))
    expect(statusesOf(house.heard, id)).toEqual(['sent', 'delivered', 'read'])
  })

  it('stays delivered while the phone is put away, and is read when it is taken up', async () => {
    await act('priya', 'wa-bandra', { kind: 'text', text: 'Hello' })
    const id = await wamidOf(await sendText('Good evening'))
    await house.until(heard => statusesOf(heard, id).includes('delivered'))
    await open('instagram')
    await new Promise(resolve => setTimeout(resolve, 40))
    expect(statusesOf(house.heard, id)).not.toContain('read')
    await open('wa-bandra')
    await house.until(heard => statusesOf(heard, id).includes('read'))
  })

  it('fails with 131047 when the person has not written for a day, unless it is a template', async () => {
    const refused = await wamidOf(await sendText('Are you there?'))
    await house.until(heard => statusesOf(heard, refused).length > 0)
    expect(whatsappOf(house.heard).flatMap(value => value.statuses ?? [])).toMatchObject([{ id: refused, status: 'failed', errors: [{ code: 131047 }] }])
    const template = await wamidOf(await graph(`${bandra.externalId}/messages`, { messaging_product: 'whatsapp', to: priya.phone, type: 'template', template: { name: 'visit_invitation', language: { code: 'en' }, components: [{ type: 'body', parameters: ['Priya', 'Halo R-221', 'Bandra', 'Sunday'].map(text => ({ type: 'text', text })) }] } }))
    await house.until(heard => statusesOf(heard, template).includes('delivered'))
    const { messages } = (await (await fetch(at('api/people/priya/thread/wa-bandra'))).json()) as { messages: { bubble: { text: string } }[] }
    expect(messages.at(-1)!.bubble.text).toBe('Hello Priya, the Halo R-221 you looked at is back in Bandra. It stays aside for you until Sunday. Shall I keep an hour free?')
  })

  it('reaches somebody who is known by user id alone, and nobody without an address', async () => {
    expect((await graph(`${bandra.externalId}/messages`, { messaging_product: 'whatsapp', recipient: priya.userId, type: 'text', text: { body: 'x' } })).status).toBe(200)
    expect((await graph(`${bandra.externalId}/messages`, { messaging_product: 'whatsapp', recipient: 'ZZ.unknown', type: 'text', text: { body: 'x' } })).status).toBe(400)
    expect((await graph('999/messages', { messaging_product: 'whatsapp', to: '1', type: 'text', text: { body: 'x' } })).status).toBe(400)
  })

  it('on Instagram is echoed, refused outside the day, and allowed a person for a week', async () => {
    const message = { recipient: { id: priya.instagramId }, message: { text: 'It is here' } }
    const refused = await graph(`${instagram.externalId}/messages`, message)
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 10, error_subcode: 2534022 } }])
    await act('priya', 'instagram', { kind: 'text', text: 'Hi' })
    const sent = await graph('me/messages', message)
    const { message_id } = (await sent.json()) as { message_id: string }
    await house.until(heard => heard.some(one => one.body.includes('"is_echo":true') && one.body.includes(message_id)))
  })

  it('with a file is uploaded first and can be fetched again with the token only', async () => {
    const form = new FormData()
    form.set('messaging_product', 'whatsapp')
    form.set('type', 'image/png')
    form.set('file', new Blob([Buffer.from('picture')], { type: 'image/png' }), 'a.png')
    const authorization = `Bearer ${testSecrets.graphToken}`
    const { id } = (await (await fetch(at(`graph/${bandra.externalId}/media`), { method: 'POST', headers: { authorization }, body: form })).json()) as { id: string }
    const described = (await (await fetch(at(`graph/v24.0/${id}`), { headers: { authorization } })).json()) as { url: string, mime_type: string }
    expect(described.mime_type).toBe('image/png')
    expect(await (await fetch(described.url, { headers: { authorization } })).text()).toBe('picture')
    expect((await fetch(described.url)).status).toBe(401)
  })

  it('by text message is taken by Twilio\'s own client, told about where it asked, and refused after STOP', async () => {
    const callback = `${house.url}/webhooks/twilio/status`
    const form = { To: `+${kavin.phone}`, From: '+14155550136', Body: 'Ready', StatusCallback: callback }
    const authorization = `Basic ${Buffer.from(`${testSecrets.twilioAccountSid}:${testSecrets.twilioAuthToken}`).toString('base64')}`
    const send = () => fetch(at('twilio/2010-04-01/Accounts/AC1/Messages.json'), { method: 'POST', headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form) })
    const { sid } = (await (await send()).json()) as { sid: string }
    const heard = await house.until(all => all.length === 2)
    const told = heard.map(one => Object.fromEntries(new URLSearchParams(one.body)))
    expect(told.map(one => [one.MessageSid, one.MessageStatus])).toEqual([[sid, 'sent'], [sid, 'delivered']])
    expect(twilio.validateRequest(testSecrets.twilioAuthToken, String(heard[0]!.headers['x-twilio-signature']), callback, told[0]!)).toBe(true)
    await act('kavin', 'sms', { kind: 'text', text: 'Stop' })
    expect(await (await send()).json()).toMatchObject({ code: 21610 })
  })
})

describe('what goes wrong on purpose', () => {
  it('is a dead token, an answer that breaks, and a message that cannot be delivered', async () => {
    await faults({ deadToken: true })
    expect(await (await sendText('x')).json()).toMatchObject({ error: { code: 190 } })
    await faults({ serverErrorRate: 1 })
    expect((await sendText('x')).status).toBe(500)
    await faults({ undeliverable: true })
    const id = await wamidOf(await sendText('x'))
    await house.until(heard => statusesOf(heard, id).includes('failed'))
    expect((await graph(`${bandra.externalId}/messages`, {}, 'wrong')).status).toBe(401)
  })

  it('is a webhook that comes twice, and statuses that come in the wrong order', async () => {
    await faults({ duplicateRate: 1 })
    await act('priya', 'wa-bandra', { kind: 'text', text: 'Hello' })
    const [first, second] = await house.until(heard => heard.length === 2)
    expect(first!.body).toBe(second!.body)
    await faults({ outOfOrder: true })
    const id = await wamidOf(await sendText('Good evening'))
    await house.until(heard => statusesOf(heard, id).length === 2)
    expect(statusesOf(house.heard, id)).toEqual(['delivered', 'sent'])
  })
})

it('a simulator that was started again, and forgot who wrote, believes the house for a day', async () => {
  const again = await startQuickSimulator(house, { demoNow: Date.now() - 3 * 86_400_000 })
  const response = await fetch(new URL(`graph/${bandra.externalId}/messages`, again.url), { ...json({ messaging_product: 'whatsapp', to: priya.phone, type: 'text', text: { body: 'Good evening' } }), headers: { 'content-type': 'application/json', 'authorization': `Bearer ${testSecrets.graphToken}` } })
  const id = await wamidOf(response)
  await house.until(heard => statusesOf(heard, id).includes('delivered'))
  await again.close()
})

it('answers the handshake\'s part: what Meta asks, the simulator asks', async () => {
  const lines: string[] = []
  const other = await startQuickSimulator(house, { secrets: { ...testSecrets, verifyTokens: { whatsapp: 'v' } }, log: line => lines.push(line) })
  for (const end = Date.now() + 2_000; lines.length < 2 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 5))
  await other.close()
  expect(lines[1]).toBe('Webhook handshake of whatsapp: answered')
})

it('the page\'s events tell of an answer while it is being read, and closing the page puts the phone away', async () => {
  await act('priya', 'wa-bandra', { kind: 'text', text: 'Hello' })
  await open('wa-bandra', 'watching')
  const gone = new AbortController()
  const stream = await fetch(at('api/events?page=watching'), { signal: gone.signal })
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()
  const id = await wamidOf(await sendText('Good evening'))
  let seen = ''
  while (!seen.includes(id)) seen += (await reader.read()).value ?? ''
  gone.abort()
  await house.until(heard => statusesOf(heard, id).includes('delivered'))
  await new Promise(resolve => setTimeout(resolve, 30))
  const next = await wamidOf(await sendText('Are you there?'))
  await house.until(heard => statusesOf(heard, next).includes('delivered'))
  await new Promise(resolve => setTimeout(resolve, 40))
  expect(statusesOf(house.heard, next)).not.toContain('read')
})
