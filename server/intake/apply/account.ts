import type { InboundEvent } from '#contracts'
import type { Audit, Channel } from '../../models/index.ts'
import { idOf } from '../../identity/index.ts'
import { cleanValue } from '../clean.ts'

/** Kinds that speak of our account, a number or a template and of no customer. */
const accountKinds: ReadonlySet<string> = new Set([
  'error', 'template_status', 'template_quality', 'template_category', 'template_components', 'quality_update', 'account_update', 'account_alert', 'account_review',
  'capability_update', 'name_update', 'security', 'handover',
])

export const isAccountNews = (event: InboundEvent): boolean => accountKinds.has(event.kind)

/** What the audit keeps of such news, once, whoever tells it how often. */
export function auditOf(event: InboundEvent, key: string, at: Date, channel: Pick<Channel, '_id'> | null): Audit {
  const { status, text, errorCodes, template, limit, accountId } = event
  return {
    _id: idOf('audit', key),
    at,
    actorId: null,
    action: `channel.${event.kind}`,
    subjectKind: 'channel',
    subjectId: channel?._id ?? accountId?.slice(0, 200) ?? event.channel,
    details: cleanValue({ status, text, errorCodes, template, limit }),
  }
}

/** What news of the account makes of our number's state: null where it says nothing of it. */
export function stateAfter(event: InboundEvent): Channel['state'] | null {
  if (event.kind !== 'account_update') return null
  const word = event.status ?? ''
  if (/REINSTATE|UNBAN|RESTORE/i.test(word)) return 'live'
  return /BAN|DISABLE|DELETED|DISCONNECT/i.test(word) ? 'dead' : null
}
