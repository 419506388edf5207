import type { ExternalEvent } from '#contracts'
import type { Secrets } from '../settings.ts'
import type { Delivery } from './deliveries.ts'
import type { Happening } from './history.ts'
import { z } from 'zod'
import { ConversationPage, HouseImportResult } from '#contracts'
import { metaSignature, twilioSignature } from '../bodies/sign.ts'
import { formBody } from '../bodies/twilio.ts'
import { MediaShelf } from '../state/media-shelf.ts'
import { deliveriesOf } from './deliveries.ts'
import { demoTimeline } from './history.ts'
import { HouseClient, HouseError } from './house-client.ts'
import { demoAdvisors, demoCatalogId, demoChannels, demoHouseName, demoStores, demoTags } from './house.ts'
import { demoMedia } from './media.ts'
import { demoPeople } from './people.ts'
import { demoPieces } from './pieces/catalogue.ts'
import { stories } from './stories/index.ts'
import { demoQuickReplies, demoTemplates } from './words.ts'

/** How far the loading is; `done` and `of` count what happened in the house's history. */
export type LoadProgress = { done: number, of: number }

export type LoadDemoOptions = {
  loupeUrl: string
  /** Key with the scopes of {@link demoScopes}. */
  apiKey: string
  secrets: z.input<typeof Secrets>
  /** Milliseconds: the moment to which the history leads up. */
  now: number
  /** Address of the simulator as Loupe reaches it. @default `loupeUrl`/simulator */
  mountedAt?: string
  /** Loupe's address as Twilio signs it. @default `loupeUrl` */
  publicUrl?: string
  onProgress?: (progress: LoadProgress) => void
  signal?: AbortSignal
}

/** What the loader's key has to be allowed. */
export const demoScopes = ['read:house', 'write:house', 'manage:accounts', 'write:events', 'read:conversations', 'write:conversations', 'read:customers', 'write:customers'] as const

const dayMs = 86_400_000
const pollMs = 150
const patienceMs = 120_000
const Ready = z.object({ intake: z.object({ oldestSeconds: z.number() }) })

/**
 * Fills a house with the demo's stores, people, pieces and months of history, through the front door: its API, signed webhooks, the till's events. Loading twice
 * changes nothing, and what was begun may be begun again. Resolves when everything was taken in. Throws a HouseError when the house refuses something.
 */
export async function loadDemoHouse(options: LoadDemoOptions): Promise<{ events: number, conversations: number }> {
  const { loupeUrl, secrets, now, onProgress } = options
  const house = new HouseClient({ loupeUrl, apiKey: options.apiKey, signal: options.signal })
  await house.api('PUT', '/api/v1/house', HouseImportResult, demoImport())

  const timeline = demoTimeline(now)
  const deliveries = deliveriesOf(timeline, {
    people: new Map(demoPeople.map(person => [person.id, person])),
    shelf: new MediaShelf(demoMedia),
    accountSid: secrets.twilioAccountSid,
    mountedAt: options.mountedAt ?? `${loupeUrl}/simulator`,
  })
  const of = deliveries.reduce((sum, { count }) => sum + count, 0)
  let done = 0
  for (const delivery of deliveries) {
    await carry(house, delivery, secrets, options.publicUrl ?? loupeUrl)
    done += delivery.count
    onProgress?.({ done, of })
  }
  const conversations = await takenIn(house, options.signal)
  await handOut(house, conversations, timeline, now)
  return { events: of, conversations: conversations.length }
}

/** The house itself, as `PUT /api/v1/house` takes it. */
export function demoImport() {
  return {
    name: demoHouseName,
    catalogId: demoCatalogId,
    tags: demoTags,
    stores: demoStores,
    advisors: demoAdvisors,
    channels: demoChannels,
    pieces: demoPieces.map(({ sku, name, detail, category, price, currency }) => ({ id: sku, sku, name, detail, category, price, currency, imageUrl: `/simulator/pieces/${sku}.svg` })),
    templates: demoTemplates,
    quickReplies: demoQuickReplies,
  }
}

function carry(house: HouseClient, delivery: Delivery, secrets: z.input<typeof Secrets>, publicUrl: string): Promise<unknown> {
  switch (delivery.to) {
    case 'events': return tell(house, delivery.events)
    case 'whatsapp': return house.webhook('/webhooks/whatsapp', delivery.body, { 'content-type': 'application/json', 'x-hub-signature-256': metaSignature(secrets.whatsappAppSecret, delivery.body) })
    case 'instagram': return house.webhook('/webhooks/instagram', delivery.body, { 'content-type': 'application/json', 'x-hub-signature-256': metaSignature(secrets.instagramAppSecret, delivery.body) })
    case 'twilio': return house.webhook('/webhooks/twilio/messages', formBody(delivery.form), { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': twilioSignature(secrets.twilioAuthToken, `${publicUrl}/webhooks/twilio/messages`, delivery.form) })
  }
}

const Taken = z.object({ results: z.array(z.object({ id: z.string(), status: z.string(), error: z.string().optional() })) })

async function tell(house: HouseClient, events: ExternalEvent[]): Promise<void> {
  const { results } = await house.api('POST', '/api/v1/events', Taken, { events })
  const refused = results.find(result => result.status === 'refused')
  if (refused) throw new HouseError('event_refused', 200, `The event ${refused.id} was refused: ${refused.error ?? 'no reason given'}.`)
}

type Row = ConversationPage['items'][number]

/** Every conversation, once the deliveries were worked through: nothing waits, and nobody of the stories is missing. */
async function takenIn(house: HouseClient, signal: AbortSignal | undefined): Promise<Row[]> {
  const until = Date.now() + patienceMs
  const wanted = new Set(stories.map(story => story.name))
  let before = ''
  while (!signal?.aborted) {
    const { intake } = await house.api('GET', '/readyz', Ready)
    const page = await house.api('GET', '/api/v1/conversations?queue=all&limit=100', ConversationPage)
    const names = new Set(page.items.map(row => row.name))
    const everyone = [...wanted].every(name => names.has(name))
    const still = `${page.revision} ${page.items.length}`
    // Two looks that find the same: what a delivery begun has ended.
    if ((everyone && intake.oldestSeconds === 0 && still === before) || Date.now() > until) return page.items
    before = still
    await new Promise(resolve => setTimeout(resolve, pollMs))
  }
  return []
}

/** Gives the people their advisors, tags and cities, where they have none yet, and marks as read what was answered or left alone days ago. */
async function handOut(house: HouseClient, rows: readonly Row[], timeline: readonly Happening[], now: number): Promise<void> {
  const byName = new Map(rows.map(row => [row.name, row]))
  const lastWords = new Map<string, number>()
  for (const { type, personId, atMs, ...rest } of timeline) {
    if (type === 'act' && 'side' in rest && rest.side === 'person') lastWords.set(personId, atMs)
  }
  for (const { id, name, city, ownerId, tags = [] } of stories) {
    const row = byName.get(name)
    if (!row) continue
    const known = await house.api('GET', `/api/v1/customers/${row.customerId}`, z.object({ city: z.string().nullable() }))
    if (known.city === null) await house.api('PATCH', `/api/v1/customers/${row.customerId}`, z.unknown(), { city })
    const patch = {
      ...(ownerId && row.ownerId === null ? { ownerId } : {}),
      ...(tags.every(tag => row.tags.includes(tag)) ? {} : { addTags: [...tags] }),
    }
    if (Object.keys(patch).length > 0) await house.api('POST', '/api/v1/conversations/bulk', z.unknown(), { ids: [row.id], patch })
    if (row.unread > 0 && now - (lastWords.get(id) ?? now) > dayMs) await house.api('POST', `/api/v1/conversations/${row.id}/read`, z.unknown())
  }
}
