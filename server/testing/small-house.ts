import type { ChannelName, ProviderName, Role } from '#contracts'
import type { Models } from '../models/index.ts'
import { channelFor } from '#webhooks'
import { pieceWords } from '../house/index.ts'

type OurNumber = { id: string, channel: ChannelName, provider: ProviderName, label: string, externalId: string, handle: string, storeId: string | null }
type Person = { id: string, name: string, role: Role, storeIds: string[] }

const day = new Date('2026-01-05T09:00:00.000Z')

/** A house of three shops, as most tests need it. Ids are readable, so that a failing test can be read. */
export const smallHouse = {
  stores: [
    { _id: 'mumbai', name: 'Mumbai', city: 'Mumbai', country: 'IN', timeZone: 'Asia/Kolkata', address: 'Linking Road, Bandra' },
    { _id: 'dubai', name: 'Dubai', city: 'Dubai', country: 'AE', timeZone: 'Asia/Dubai', address: 'Gold Souk, Deira' },
    { _id: 'singapore', name: 'Singapore', city: 'Singapore', country: 'SG', timeZone: 'Asia/Singapore', address: 'Orchard Road' },
  ],
  /** `externalId` is what the provider's API calls it, and `handle` how people write it. */
  channels: [
    { id: 'wa-mumbai', channel: 'whatsapp', provider: 'meta', label: 'WhatsApp Mumbai', externalId: '106540352242922', handle: '+91 22 4890 1000', storeId: 'mumbai' },
    { id: 'wa-dubai', channel: 'whatsapp', provider: 'meta', label: 'WhatsApp Dubai', externalId: '106540352242923', handle: '+971 4 590 1000', storeId: 'dubai' },
    { id: 'wa-singapore', channel: 'whatsapp', provider: 'meta', label: 'WhatsApp Singapore', externalId: '106540352242924', handle: '+65 6590 1000', storeId: 'singapore' },
    { id: 'ig-house', channel: 'instagram', provider: 'meta', label: 'Instagram', externalId: '17841400000000001', handle: '@small.house', storeId: null },
    { id: 'twilio-house', channel: 'sms', provider: 'twilio', label: 'SMS', externalId: '+15005550006', handle: '+1 500 555 0006', storeId: null },
  ] satisfies OurNumber[],
  advisors: [
    { id: 'asha', name: 'Asha', role: 'advisor', storeIds: ['mumbai'] },
    { id: 'bilal', name: 'Bilal', role: 'advisor', storeIds: ['dubai'] },
    { id: 'chen', name: 'Chen', role: 'advisor', storeIds: ['singapore'] },
    { id: 'meera', name: 'Meera', role: 'manager', storeIds: ['mumbai'] },
    { id: 'omar', name: 'Omar', role: 'manager', storeIds: ['dubai', 'singapore'] },
    { id: 'dana', name: 'Dana', role: 'administrator', storeIds: [] },
  ] satisfies Person[],
  pieces: [
    { _id: 'r-221', sku: 'R-221', name: 'Solitaire R-221', detail: '1.2 ct, platinum', category: 'ring', price: 420_000, currency: 'INR', imageUrl: null },
    { _id: 'n-014', sku: 'N-014', name: 'Temple necklace N-014', detail: '22 ct gold, 48 g', category: 'necklace', price: 610_000, currency: 'INR', imageUrl: null },
  ],
}

/** Writes the small house into an empty store. */
export async function fillSmallHouse(models: Models): Promise<void> {
  await models.stores.insertMany(smallHouse.stores)
  await models.channels.insertMany(smallHouse.channels.map(({ id, ...channel }) => ({ _id: id, ...channel, adapter: adapterOf(channel), token: null, sealedSettings: null, state: 'live', stateReason: null })))
  await models.advisors.insertMany(smallHouse.advisors.map(({ id, ...person }) => ({ _id: id, ...person, email: `${id}@house.example`, passwordHash: null, locale: 'en', active: true, createdAt: day })))
  await models.pieces.insertMany(smallHouse.pieces.map(piece => ({ ...piece, words: pieceWords(piece) })))
  await models.settings.create({ _id: 'house', value: { name: 'Small House' } })
}

function adapterOf(channel: Pick<OurNumber, 'channel' | 'provider'>): string {
  return channelFor(channel.channel, channel.provider)?.definition.id ?? `${channel.provider}-${channel.channel}`
}
