import type { ChannelName, ExternalEvent } from '#contracts'
import type { Handle } from '../identity/index.ts'
import { cardHandle, emailHandle, phoneHandle, userHandle, wirePhoneKey, writtenPhoneKey } from '../identity/index.ts'

/** The network whose ids each field of the contract holds. */
const networkOf = { userId: 'whatsapp', instagramId: 'instagram' } as const satisfies Record<string, ChannelName>

/** A number as a till writes it: in the shop's country where it has no country code. One that no plan knows counts only with its country code. */
function phoneKeyOf(written: string, region: string | null): string | null {
  return writtenPhoneKey(written, region) ?? (/^\s*(?:\+|00)/.test(written) ? wirePhoneKey(written.replace(/^\s*00/, '')) : null)
}

/** The addresses by which another system names a customer, surest first. */
export function externalHandles({ phone, userId, instagramId, loyaltyCard, email }: ExternalEvent['customer'], region: string | null): Handle[] {
  const phoneKey = phone ? phoneKeyOf(phone, region) : null
  const found = [
    phoneKey ? phoneHandle(phoneKey) : null,
    userId ? userHandle(networkOf.userId, userId) : null,
    instagramId ? userHandle(networkOf.instagramId, instagramId) : null,
    loyaltyCard ? cardHandle(loyaltyCard) : null,
    email ? emailHandle(email) : null,
  ]
  return found.filter(handle => handle !== null)
}
