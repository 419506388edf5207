import type { HouseImport } from '#contracts'
import type { HouseLine } from '../world.ts'
import { digitsOf } from '../ids.ts'

export const demoHouseName = 'Zarin & Vale'
/** Meta's id of the house's product catalogue. */
export const demoCatalogId = digitsOf('zarin vale catalogue', 15)

export type DemoStore = NonNullable<HouseImport['stores']>[number]

export const demoStores: readonly DemoStore[] = [
  { id: 'bandra', name: 'Bandra', city: 'Mumbai', country: 'IN', timeZone: 'Asia/Kolkata', address: '14 Waterfield Road, Bandra West, Mumbai 400050' },
  { id: 'dubai', name: 'Dubai', city: 'Dubai', country: 'AE', timeZone: 'Asia/Dubai', address: 'Gate Village 6, Al Mustaqbal Street, Dubai' },
  { id: 'orchard', name: 'Orchard', city: 'Singapore', country: 'SG', timeZone: 'Asia/Singapore', address: '290 Orchard Road, Level 2, Singapore 238859' },
]

export type DemoAdvisor = NonNullable<HouseImport['advisors']>[number]

export const demoAdvisors: readonly DemoAdvisor[] = [
  { id: 'meera', name: 'Meera Sanghvi', email: 'meera@zarinvale.example', role: 'advisor', storeIds: ['bandra'], locale: 'en' },
  { id: 'arjun', name: 'Arjun Rao', email: 'arjun@zarinvale.example', role: 'advisor', storeIds: ['bandra'], locale: 'en' },
  { id: 'layla', name: 'Layla Haddad', email: 'layla@zarinvale.example', role: 'advisor', storeIds: ['dubai'], locale: 'en' },
  { id: 'yusuf', name: 'Yusuf Karim', email: 'yusuf@zarinvale.example', role: 'manager', storeIds: ['dubai'], locale: 'en' },
  { id: 'wei', name: 'Wei Ling Tan', email: 'wei@zarinvale.example', role: 'advisor', storeIds: ['orchard'], locale: 'en' },
  { id: 'kavita', name: 'Kavita Menon', email: 'kavita@zarinvale.example', role: 'manager', storeIds: ['bandra', 'dubai', 'orchard'], locale: 'en' },
  { id: 'daniel', name: 'Daniel Vale', email: 'daniel@zarinvale.example', role: 'administrator', storeIds: ['bandra', 'dubai', 'orchard'], locale: 'en' },
]

const businessId = digitsOf('zarin vale business', 15)

/** The numbers and accounts that people reach the house by. */
export const demoLines: readonly HouseLine[] = [
  { id: 'wa-bandra', kind: 'whatsapp', adapter: 'whatsapp-cloud', label: 'Bandra', storeId: 'bandra', externalId: digitsOf('wa-bandra', 15), handle: '+91 22 5550 4410', businessId },
  { id: 'wa-dubai', kind: 'whatsapp', adapter: 'whatsapp-cloud', label: 'Dubai', storeId: 'dubai', externalId: digitsOf('wa-dubai', 15), handle: '+971 4 555 0187', businessId },
  { id: 'wa-orchard', kind: 'whatsapp', adapter: 'whatsapp-cloud', label: 'Orchard', storeId: 'orchard', externalId: digitsOf('wa-orchard', 15), handle: '+65 6555 0142', businessId },
  { id: 'instagram', kind: 'instagram', adapter: 'instagram', label: 'Instagram', storeId: null, externalId: `178414${digitsOf('zarinvale', 11)}`, handle: '@zarinandvale' },
  { id: 'sms', kind: 'sms', adapter: 'twilio', label: 'SMS', storeId: null, externalId: '+14155550136', handle: '+1 415 555 0136' },
]

const networks = { whatsapp: 'whatsapp', instagram: 'instagram', sms: 'sms' } as const

export const demoChannels: NonNullable<HouseImport['channels']> = demoLines.map(({ id, kind, adapter, label, externalId, handle, storeId }) => ({ id, adapter, channel: networks[kind], label, externalId, handle, storeId }))

export const demoTags: NonNullable<HouseImport['tags']> = [
  { name: 'VIP', color: '#7c2033' },
  { name: 'Wedding', color: '#b99352' },
  { name: 'Gift Buyer', color: '#5f6b76' },
  { name: 'Repeat', color: '#2c6a48' },
  { name: 'Diamond', color: '#2f5d8a' },
  { name: 'Gold', color: '#a9701b' },
  { name: 'Jade', color: '#56685a' },
  { name: 'Scheme', color: '#8a570f' },
  { name: 'Repair', color: '#695f56' },
]
