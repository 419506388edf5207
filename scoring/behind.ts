import type { Reason } from '#contracts'
import type { reasonCodes } from './codes.ts'
import type { State } from './state.ts'
import { signalTable } from './signals.ts'

/** Which signals of a person a reason speaks of, so that they are found in the ledger however long ago they were. */
export type Behind = {
  /** Of these types; null: anything that the person did. */
  types: string[] | null
  /** How many of them, the newest first. */
  most: number
  /** Not before this, milliseconds. */
  fromMs?: number
  /** Id of the piece that they are about. */
  piece?: string
  /** The amount of money that they named. */
  amount?: number
  /** Where the person came from, as they say it; then the oldest are meant. */
  source?: string
}

/** As many as a reader looks through. */
const most = 8
/** What counts as coming back to a piece. */
const looks = Object.keys(signalTable).filter(type => signalTable[type]!.wants)
const withAmounts = ['order', 'purchase', 'return', 'quote_placed', 'hold_placed', 'scheme_instalment', 'scheme_maturity', 'repair_intake']

const typesWith = (flag: 'touch' | 'outcome' | 'terminal') => Object.keys(signalTable).filter(type => signalTable[type]![flag])
const of = (...types: string[]): Behind => ({ types, most })
const newest = (): Behind => ({ types: null, most: 1 })
const all = (): Behind => ({ types: null, most })

function newestVisit({ starts }: State): Behind {
  const fromMs = starts.at(-1)
  return { types: null, most, ...(fromMs === undefined ? {} : { fromMs }) }
}

function aboutPiece({ pieces }: State, named: string | number | undefined): Behind | null {
  const piece = pieces.find(([id, name]) => (name || id) === named)
  return piece ? { types: looks, most, piece: piece[0], fromMs: piece[3] } : null
}

type Params = Reason['params']

const table: Record<keyof typeof reasonCodes, (params: Params, state: State) => Behind | null> = {
  in_touch_now: newest,
  silence_within_rhythm: newest,
  silence_beyond_rhythm: newest,
  silence_first: newest,
  waits_for_us: newest,
  never_heard: () => null,
  comes_often: all,
  little_contact: all,
  piece_again: ({ piece }, state) => aboutPiece(state, piece),
  voice_after_quiet: (_, state) => newestVisit(state),
  back_after_quiet: (_, state) => newestVisit(state),
  asked_price: () => of('price_asked'),
  appointment_booked: () => of('appointment_booked'),
  walked_in: () => of('walk_in'),
  signal_seen: ({ signal }) => of(String(signal)),
  signal_against: ({ signal }) => of(String(signal)),
  touches_unanswered: (_, { heard }) => ({ types: typesWith('touch'), most, fromMs: heard + 1 }),
  touched_lately: () => ({ types: typesWith('touch'), most: 1 }),
  came_before: () => of(...typesWith('outcome')),
  new_after_purchase: (_, { begun }) => ({ types: null, most, fromMs: begun }),
  amount_named: ({ amount }) => ({ types: withAmounts, most: 1, amount: Number(amount) }),
  came_from: ({ source }) => ({ types: null, most: 1, source: String(source) }),
  journey_ended: () => of(...typesWith('terminal')),
}

/**
 * What stands behind a reason that the engine gave from this state: at most eight signals. Null where nothing does, as nothing was heard, and for a code that this
 * engine does not say.
 */
export function behindReason(state: State, { code, params }: Pick<Reason, 'code' | 'params'>): Behind | null {
  return Object.hasOwn(table, code) ? table[code as keyof typeof table](params, state) : null
}
