import { z } from 'zod'

/** Everything Loupe listens to. What each weighs and how it reads in words is `scoring`'s table. */
export const signalTypes = [
  'inquiry', 'message', 'question', 'price_asked', 'image', 'video', 'voice', 'document', 'location', 'contact_shared', 'reaction', 'order', 'product_enquiry',
  'catalogue_opened', 'piece_viewed', 'compared', 'wishlist', 'shared', 'locator', 'directions', 'call',
  'appointment_asked', 'appointment_booked', 'appointment_moved', 'appointment_kept', 'appointment_missed',
  'walk_in', 'purchase', 'return', 'repair_intake', 'repair_bench', 'repair_done', 'repair_ready', 'scheme_instalment', 'scheme_maturity',
  'follow', 'like', 'comment', 'story_reply', 'mention', 'link_opened', 'qr_scanned', 'ad_clicked', 'reengaged', 'read',
  'opt_out', 'opt_in', 'complaint', 'hold_placed', 'hold_lapsed', 'quote_placed', 'quote_lapsed', 'price_changed', 'stock_changed', 'lost',
  'touch_advisor', 'touch_bot', 'touch_followup', 'touch_campaign', 'number_changed',
] as const
export const SignalType = z.enum(signalTypes)
export type SignalType = z.infer<typeof SignalType>

/** What a signal carries beside its type; every field optional, all of them bounded by the edge that accepts them. */
export const SignalMeta = z.object({
  pieceId: z.string().optional(),
  pieceName: z.string().optional(),
  storeId: z.string().optional(),
  source: z.string().optional(),
  /** Units of `currency`. */
  amount: z.number().optional(),
  currency: z.string().optional(),
  /** Length of a call or voice note, seconds. */
  seconds: z.number().optional(),
  /** Days of quiet that this signal ended. */
  quietDays: z.number().optional(),
  /** How often this piece has now been looked at. */
  times: z.number().optional(),
  emoji: z.string().optional(),
  outcome: z.string().optional(),
  /** A courtesy without substance ('thank you', a folded-hands emoji): it answers, and says nothing of readiness. */
  polite: z.boolean().optional(),
})
export type SignalMeta = z.infer<typeof SignalMeta>

export const Signal = z.object({
  id: z.string(),
  customerId: z.string(),
  type: SignalType,
  at: z.string(),
  meta: SignalMeta.optional(),
})
export type Signal = z.infer<typeof Signal>

/** One event from a POS, an ERP or a site, as `POST /api/v1/events` takes it. Idempotent by `id`. */
export const ExternalEvent = z.object({
  id: z.string().min(1).max(200),
  type: SignalType,
  at: z.iso.datetime({ offset: true }),
  /** Who it was: any address that we may know. At least one. */
  customer: z.object({
    id: z.string().max(64).optional(),
    phone: z.string().max(40).optional(),
    email: z.email().max(254).optional(),
    userId: z.string().max(200).optional(),
    instagramId: z.string().max(200).optional(),
    loyaltyCard: z.string().max(100).optional(),
    name: z.string().max(200).optional(),
  }).refine(c => Object.entries(c).some(([key, value]) => key !== 'name' && value), { message: 'Name at least one of id, phone, email, userId, instagramId, loyaltyCard.' }),
  store: z.string().max(64).optional(),
  meta: SignalMeta.optional(),
})
export type ExternalEvent = z.infer<typeof ExternalEvent>
