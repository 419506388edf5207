import type { EventKind, InboundEvent } from '#contracts'
import type { JsonObject } from '../shared/json.ts'
import type { Change } from './change.ts'
import { clipped, compactOrNone, field, objects, text } from '../shared/json.ts'
import { eventOf } from './change.ts'

/** What one kind of account news puts into its event. */
type Reader = { kind: EventKind, status?: (value: JsonObject) => string | undefined, text?: (value: JsonObject) => string | undefined }

const alert = (value: JsonObject, key: string): string | undefined => text(field(value, 'alert_info'), key) ?? text(value, key)

/** Fields about our account, number and templates. Source: WhatsApp Business Platform, webhooks reference. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['account_alerts', { kind: 'account_alert', status: value => alert(value, 'alert_type') ?? alert(value, 'alert_status') ?? alert(value, 'alert_severity'), text: value => alert(value, 'alert_description') }],
  ['account_review_update', { kind: 'account_review', status: value => text(value, 'decision') }],
  ['account_update', { kind: 'account_update', status: value => text(value, 'event'), text: accountDetail }],
  ['business_capability_update', { kind: 'capability_update' }],
  ['message_template_status_update', { kind: 'template_status', status: value => text(value, 'event') }],
  ['message_template_quality_update', { kind: 'template_quality', status: value => text(value, 'new_quality_score') }],
  ['message_template_components_update', { kind: 'template_components' }],
  ['template_category_update', { kind: 'template_category', status: value => text(value, 'new_category') ?? text(value, 'correct_category') }],
  ['phone_number_quality_update', { kind: 'quality_update', status: value => text(value, 'event') }],
  ['phone_number_name_update', { kind: 'name_update', status: value => text(value, 'decision'), text: value => text(value, 'requested_verified_name') }],
  ['security', { kind: 'security', status: value => text(value, 'event') }],
])

/** News about our account, number or templates; what has no reader is `unknown` with its raw body. */
export function accountNews(change: Change): InboundEvent {
  const { value } = change
  const reader = readers.get(change.name)
  const draft = { from: null, to: change.accountId ?? null, at: field(value, 'timestamp') }
  const number = change.displayNumber ?? text(value, 'display_phone_number')
  if (reader === undefined)
    return eventOf({ ...change, displayNumber: number }, { ...draft, kind: 'unknown', status: text(value, 'event') ?? text(value, 'status'), raw: clipped({ field: change.name, value }) }, [change.name, value])
  return eventOf({ ...change, displayNumber: number }, {
    ...draft,
    kind: reader.kind,
    status: reader.status?.(value),
    text: reader.text?.(value),
    limit: text(value, 'current_limit') ?? text(value, 'max_daily_conversations_per_business') ?? text(value, 'max_daily_conversation_per_phone'),
    template: compactOrNone({
      id: text(value, 'message_template_id'),
      name: text(value, 'message_template_name'),
      language: text(value, 'message_template_language'),
      reason: text(value, 'reason') ?? text(field(value, 'other_info'), 'title'),
    }),
  }, [change.name, value])
}

/** Why the account changed, where the body says so. */
function accountDetail(value: JsonObject): string | undefined {
  const restrictions = objects(value, 'restriction_info').flatMap(restriction => text(restriction, 'restriction_type') ?? [])
  if (restrictions.length > 0) return restrictions.join(', ')
  return text(field(value, 'violation_info'), 'violation_type')
    ?? text(field(value, 'ban_info'), 'waba_ban_state')
    ?? text(field(value, 'disconnection_info'), 'reason')
}
