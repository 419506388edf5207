import type { AssessContext, FoldSignal, Model, State } from '#scoring'
import type { Conversation, Customer, StoredSignal } from '../models/index.ts'
import { assess, describeSignal, emptyState, fold, regionOfCountry, withPoint } from '#scoring'
import { boxesOf } from '../conversations/index.ts'

const mostPieces = 60
const mostLinePoints = 90
const lineDays = 90
const dayMs = 86_400_000
const dayOf = (time: number) => Math.floor(time / dayMs)
/** How long after a complaint nobody is nudged. */
const complaintOpenMs = 14 * 86_400_000

type Piece = Customer['pieces'][number]

/** The engine's state of a customer, or null where it is missing or of another version and has to be folded anew. */
export function stateOf(customer: Customer): State | null {
  const state = customer.scoringState
  return state?.v === emptyState().v ? state as unknown as State : null
}

/** Whether a customer's state was written by another engine, so that it has to be folded anew even where nothing has happened. */
export function isOutdated(customer: Customer): boolean {
  return customer.scoringState != null && stateOf(customer) === null
}

/** Whether these signals can be folded on top of what is there: nothing older than what was folded already, and a state to fold onto. */
export function foldsForward(customer: Customer, signals: readonly StoredSignal[]): boolean {
  const state = stateOf(customer)
  if (!state) return customer.scoringState === undefined || customer.scoringState === null
  return state.folded === 0 || signals.every(signal => signal.at.getTime() >= state.ref)
}

/** Signals in the order of the ledger: by time, then by id. */
export function inOrder(signals: readonly StoredSignal[]): StoredSignal[] {
  return [...signals].sort((a, b) => a.at.getTime() - b.at.getTime() || (a._id < b._id ? -1 : 1))
}

function asFolded({ _id, type, at, meta }: StoredSignal): FoldSignal {
  return { id: _id, type, at: at.getTime(), ...(meta ? { meta } : {}) }
}

/** The pieces that draw a customer, after one more signal of theirs about one. What they buy is theirs, and no longer among them. */
export function withPiece(pieces: readonly Piece[], { type, at, meta }: Pick<StoredSignal, 'type' | 'at' | 'meta'>): Piece[] {
  const spec = describeSignal(type)
  if (meta?.pieceId && spec?.owns) return pieces.filter(piece => piece.pieceId !== meta.pieceId)
  if (!meta?.pieceId || !spec?.wants) return [...pieces]
  const known = pieces.find(piece => piece.pieceId === meta.pieceId)
  const next: Piece = {
    pieceId: meta.pieceId,
    seen: (known?.seen ?? 0) + 1,
    wished: (known?.wished ?? false) || type === 'wishlist',
    lastAt: known && known.lastAt > at ? known.lastAt : at,
  }
  return [...pieces.filter(piece => piece !== known), next].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime()).slice(0, mostPieces)
}

/** The line over a time without signals: a point a week, so that a fading interest is seen to fade. */
function throughQuiet(model: Model, line: Customer['line'], state: State, until: number, now: number): Customer['line'] {
  const last = line.at(-1)
  if (!last || state.folded === 0) return line
  let longer = line
  for (let at = Math.max(last.at.getTime(), now - lineDays * dayMs) + 7 * dayMs; at < until - dayMs; at += 7 * dayMs)
    longer = withLinePoint(longer, at, assess(model, state, at).p30)
  return longer
}

/**
 * A customer with these signals taken up, in the order of the ledger: the engine's state, pieces, the newest complaint, and the readiness line as far
 * as days before `now` (milliseconds) tell it. Today's point is the assessment's.
 */
export function withSignals(model: Model, customer: Customer, signals: readonly StoredSignal[], now: number): Customer {
  let state = stateOf(customer) ?? emptyState()
  let { pieces, complaintAt, line } = customer
  for (const signal of inOrder(signals)) {
    const at = signal.at.getTime()
    line = throughQuiet(model, line, state, at, now)
    state = fold(model, state, asFolded(signal))
    if (dayOf(at) < dayOf(now) && at > now - lineDays * dayMs) line = withLinePoint(line, at, assess(model, state, at).p30)
    pieces = withPiece(pieces, signal)
    if (signal.type === 'complaint' && !(complaintAt && complaintAt > signal.at)) complaintAt = signal.at
  }
  return { ...customer, scoringState: state, pieces, complaintAt, line }
}

/** A customer as if nothing had been folded yet. */
export function unfolded(customer: Customer): Customer {
  return { ...customer, scoringState: { ...emptyState() }, pieces: [], complaintAt: null, line: [] }
}

/** p30 by day, newest 90: a day's point moves until the day is over. */
function withLinePoint(line: Customer['line'], at: number, p: number): Customer['line'] {
  return [...line.filter(point => dayOf(point.at.getTime()) < dayOf(at)), { at: new Date(at), p: Math.round(p * 1e4) / 1e4 }].slice(-mostLinePoints)
}

/** Where a person is, as far as advice looks at it. */
export function placeFor({ timeZone, country }: Pick<Customer, 'timeZone' | 'country'>): Pick<AssessContext, 'timeZone' | 'region'> {
  const region = regionOfCountry(country)
  return { ...(timeZone ? { timeZone } : {}), ...(region ? { region } : {}) }
}

/** What the engine says of a customer at `now`, kept on them and on their conversation's row, which then stands in the right boxes. `gold`: what a move of its price is to them. */
export function assessed(model: Model, customer: Customer, conversation: Conversation | null, now: number, gold?: AssessContext['gold']): { customer: Customer, conversation: Conversation | null } {
  const state = stateOf(customer) ?? emptyState()
  const readiness = assess(model, state, now, {
    optedOut: customer.optedOutAt != null,
    complaintOpen: customer.complaintAt != null && customer.complaintAt.getTime() > now - complaintOpenMs && conversation?.state !== 'closed',
    awaitingReply: conversation?.waitingSince != null,
    ...placeFor(customer),
    ...(gold ? { gold } : {}),
  })
  const known = state.folded > 0
  return {
    customer: {
      ...customer,
      scoringState: known ? withPoint(state, now, readiness.p30) : state,
      readiness,
      line: known ? withLinePoint(throughQuiet(model, customer.line, state, now, now), now, readiness.p30) : customer.line,
    },
    conversation: conversation && onRow(conversation, readiness, now),
  }
}

/** A row that shows this readiness. */
export function onRow(conversation: Conversation, readiness: NonNullable<Customer['readiness']>, now: number): Conversation {
  const { mark, stage, momentum, p7, nextAction } = readiness
  const next = { ...conversation, mark, stage, momentum, p7, nextAction: nextAction.kind }
  return { ...next, boxes: next.mergedInto ? [] : boxesOf(next, now) }
}
