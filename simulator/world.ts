import type { PersonLine } from './acts.ts'

/** A number or account of the house. `externalId` is what the provider calls it in its bodies. */
export type HouseLine = {
  id: string
  kind: 'whatsapp' | 'instagram' | 'sms'
  /** Id of the adapter that serves it in Loupe. */
  adapter: string
  label: string
  storeId: string | null
  /** WhatsApp: phone number id. Instagram: account id. SMS: the number with its plus. */
  externalId: string
  /** As people write it. */
  handle: string
  /** WhatsApp: the business account that the number belongs to. */
  businessId?: string
}

/** Someone who writes to the house, with every address that they use. */
export type Person = PersonLine & {
  id: string
  name: string
  city: string
  /** BCP 47. */
  language: string
}

/** A piece as the phone's catalogue shows it. */
export type CataloguePiece = { sku: string, name: string, detail: string, price: number | null, currency: string }
