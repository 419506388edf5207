import type { SignalType } from '#contracts'

/** How a signal is read: who did it, how much it says, how long it says it. */
export type SignalSpec = {
  /** Who acted: the customer, or the house. */
  side: 'customer' | 'business'
  /** What one of them says of readiness before the house has outcomes; 1 is a question about a piece. Negative speaks against. */
  weight: number
  /** Days after which half of what it said has faded. */
  halfLifeDays: number
  strength: 'strong' | 'medium' | 'weak'
  /** How far into a decision the signal stands: 0 says nothing, 1 discovering … 4 deciding. */
  depth: 0 | 1 | 2 | 3 | 4
  /** The person did something, so their silence ends. A read receipt and a polite thank-you do not end it. */
  active: boolean
  /** One of our contacts that costs attention. */
  touch: boolean
  /** A visit or a purchase: what the engine forecasts. */
  outcome: boolean
  /** A piece that it names is one that the person is drawn to. What they do with a piece that is theirs says nothing of the kind. */
  wants: boolean
  /** It makes the person an owner. */
  owns: boolean
  /** It settles what was being decided, one way or the other: what follows later is a new journey. */
  settles: boolean
  /** Nothing is expected to follow. */
  terminal: boolean
  /** The code under which its words stand in `words`. */
  reading: string
}

type Row = [weight: number, halfLifeDays: number, strength: SignalSpec['strength'], depth: SignalSpec['depth']]

/**
 * What customers do. Prior weights follow the trade's order: behaviour over length, media over text, the same piece again over
 * a first look, and what costs the person something (a price, a way to the shop, an hour) over what costs nothing.
 */
const customerRows: Partial<Record<SignalType, Row>> = {
  inquiry: [1, 30, 'medium', 1],
  message: [0.25, 14, 'weak', 1],
  question: [1, 21, 'medium', 2],
  price_asked: [1.75, 30, 'strong', 3],
  image: [1.5, 30, 'medium', 2],
  video: [1.5, 30, 'medium', 2],
  voice: [1.75, 30, 'strong', 2],
  document: [1, 30, 'medium', 2],
  location: [1.5, 14, 'medium', 3],
  contact_shared: [1, 30, 'medium', 2],
  reaction: [0.25, 7, 'weak', 1],
  order: [2.5, 30, 'strong', 4],
  product_enquiry: [1.5, 30, 'medium', 2],
  catalogue_opened: [0.5, 14, 'weak', 1],
  piece_viewed: [0.5, 21, 'weak', 1],
  compared: [1.25, 21, 'medium', 3],
  wishlist: [1.5, 60, 'medium', 2],
  shared: [1.5, 30, 'medium', 3],
  locator: [2, 14, 'strong', 3],
  directions: [2.5, 7, 'strong', 4],
  call: [1.75, 21, 'strong', 2],
  appointment_asked: [2.5, 21, 'strong', 4],
  appointment_booked: [3, 21, 'strong', 4],
  appointment_moved: [1, 21, 'medium', 4],
  appointment_kept: [3, 30, 'strong', 4],
  appointment_missed: [-0.5, 21, 'medium', 0],
  walk_in: [2.5, 30, 'strong', 4],
  purchase: [2, 120, 'strong', 4],
  return: [-1, 60, 'medium', 0],
  repair_intake: [0.75, 60, 'medium', 1],
  scheme_instalment: [0.75, 60, 'medium', 1],
  follow: [0.25, 30, 'weak', 1],
  like: [0.25, 7, 'weak', 1],
  comment: [0.5, 14, 'weak', 1],
  story_reply: [0.75, 14, 'medium', 1],
  mention: [0.5, 21, 'weak', 1],
  link_opened: [0.5, 14, 'weak', 1],
  qr_scanned: [1.25, 14, 'medium', 2],
  ad_clicked: [0.25, 7, 'weak', 1],
  reengaged: [1.5, 30, 'medium', 2],
  read: [0, 7, 'weak', 0],
  opt_out: [-4, 180, 'strong', 0],
  opt_in: [0.5, 30, 'weak', 1],
  complaint: [-1.5, 30, 'strong', 0],
  lost: [-2.5, 120, 'strong', 0],
}

/** What the house does, or what happens to a piece that someone waits for. */
const businessRows: Partial<Record<SignalType, Row>> = {
  repair_bench: [0, 30, 'weak', 0],
  repair_done: [0.25, 14, 'weak', 0],
  repair_ready: [1.25, 14, 'strong', 0],
  scheme_maturity: [1.75, 30, 'strong', 0],
  hold_placed: [1.5, 14, 'medium', 3],
  hold_lapsed: [-0.5, 14, 'weak', 0],
  quote_placed: [1.25, 21, 'medium', 3],
  quote_lapsed: [-0.5, 14, 'weak', 0],
  price_changed: [0.25, 7, 'weak', 0],
  stock_changed: [0.25, 7, 'weak', 0],
  touch_advisor: [0, 14, 'weak', 0],
  touch_bot: [0, 7, 'weak', 0],
  touch_followup: [0, 14, 'weak', 0],
  touch_campaign: [0, 14, 'weak', 0],
  number_changed: [0, 30, 'weak', 0],
}

/** Of pieces that the person has bought. */
const ofOwnPieces = new Set<SignalType>(['purchase', 'return', 'repair_intake', 'scheme_instalment'])
const settling = new Set<SignalType>(['purchase', 'lost'])
const passive = new Set<SignalType>(['read', 'opt_out', 'appointment_missed', 'lost'])
const outcomes = new Set<SignalType>(['appointment_kept', 'walk_in', 'purchase'])
const touches = new Set<SignalType>(['touch_advisor', 'touch_followup', 'touch_campaign'])

function specOf(type: SignalType, side: SignalSpec['side'], [weight, halfLifeDays, strength, depth]: Row): SignalSpec {
  return {
    side,
    weight,
    halfLifeDays,
    strength,
    depth,
    active: side === 'customer' && !passive.has(type),
    touch: touches.has(type),
    outcome: outcomes.has(type),
    wants: side === 'customer' && weight > 0 && !ofOwnPieces.has(type),
    owns: type === 'purchase',
    settles: settling.has(type),
    terminal: false,
    reading: `signal.${type}`,
  }
}

/** The table of everything Loupe listens to, by signal type. */
export const signalTable: Readonly<Record<string, SignalSpec>> = Object.freeze({
  ...Object.fromEntries(Object.entries(customerRows).map(([type, row]) => [type, specOf(type as SignalType, 'customer', row)])),
  ...Object.fromEntries(Object.entries(businessRows).map(([type, row]) => [type, specOf(type as SignalType, 'business', row)])),
})

/** The table's row for a signal type, or undefined for a type that it does not know. */
export function describeSignal(type: string): SignalSpec | undefined {
  return Object.hasOwn(signalTable, type) ? signalTable[type] : undefined
}
