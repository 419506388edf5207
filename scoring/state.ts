import type { SignalMeta } from '#contracts'

/** Milliseconds in a day: times come in as milliseconds, everything that is learned works in days. */
export const dayMs = 86_400_000

/** What fold needs of a signal; `Signal` of the contracts satisfies it. */
export type FoldSignal = {
  id?: string
  type: string
  /** ISO time, or milliseconds since the epoch. */
  at: string | number
  meta?: SignalMeta
}

/** Signals of one type, their contacts decayed by the type's half-life as of the last time, and that time. */
export type TypeTrace = [count: number, decayed: number, last: number]

/** A piece that was looked at: id, name, number of looks (0: they bought it and have not looked at it since), first and last time. */
export type PieceTrace = [id: string, name: string, times: number, first: number, last: number]

/**
 * All that the engine remembers of one person: plain JSON, at most 2 kB, whatever was folded in. Times are milliseconds,
 * durations days. Treat it as opaque outside this room.
 */
export type State = {
  v: 3
  /** Signals folded, and those that could not be taken as they came: older than the last, of unknown type, or with an absurd time. */
  folded: number
  late: number
  unknown: number
  refused: number
  /** The first signal of any kind. */
  since: number
  /** First and last active signal of the customer; 0 and `visits` 0 before the first. */
  first: number
  last: number
  /** Visits to us of any kind: signals less than two thirds of a day apart are one. Starts of the newest, oldest first. */
  visits: number
  starts: number[]
  /** Sums of squared gaps and of their logarithms, newest and largest gap, days. */
  gapSquares: number
  gapLogs: number
  gapLast: number
  gapMax: number
  /** Time to which every decayed number refers: the newest signal of any kind. */
  ref: number
  /** Decayed counts of active contacts and of touches, one per half-life of the model. */
  active: number[]
  touched: number[]
  /** The newest thing the customer did, active or not. */
  heard: number
  /** Our contacts ever, those since the customer last answered, the newest times of those, and of the newest touch. */
  touches: number
  unanswered: number
  touchTimes: number[]
  lastTouch: number
  /** Outcomes so far and the newest. */
  outcomes: number
  lastOutcome: number
  /** Time of a signal after which nothing is expected; 0 if there was none, or if the person came back after it. */
  ended: number
  /** The newest purchase, the newest signal that settled a decision, and the beginning of the journey after that; 0 for none. */
  bought: number
  settled: number
  begun: number
  types: Record<string, TypeTrace>
  pieces: PieceTrace[]
  /** The newest signals, newest first: what reasons point at. */
  recent: [id: string, type: string, at: number][]
  /** Where the person came from first, and the last amount of money named. */
  source: string
  amount: number
  /** Quiet days that the newest visit ended. */
  quietBefore: number
  /** Decayed evidence of this journey at or above each decision depth, and the depth reached (0…4), kept with hysteresis. */
  depths: number[]
  level: number
  /** Readiness as it was: [hours since 1970, p30], oldest first, at most 13 and a week or more apart. */
  line: [hour: number, p30: number][]
}

/** The state of someone of whom nothing is known yet. */
export function emptyState(): State {
  return {
    v: 3,
    folded: 0,
    late: 0,
    unknown: 0,
    refused: 0,
    since: 0,
    first: 0,
    last: 0,
    visits: 0,
    starts: [],
    gapSquares: 0,
    gapLogs: 0,
    gapLast: 0,
    gapMax: 0,
    ref: 0,
    active: [0, 0, 0],
    touched: [0, 0, 0],
    heard: 0,
    touches: 0,
    unanswered: 0,
    touchTimes: [],
    lastTouch: 0,
    outcomes: 0,
    lastOutcome: 0,
    ended: 0,
    bought: 0,
    settled: 0,
    begun: 0,
    types: {},
    pieces: [],
    recent: [],
    source: '',
    amount: 0,
    quietBefore: 0,
    depths: [0, 0, 0, 0],
    level: 0,
    line: [],
  }
}

/** A copy to fold into: nothing that folding changes in place is shared. */
export function cloneState(state: State): State {
  return {
    ...state,
    starts: state.starts.slice(),
    active: state.active.slice(),
    touched: state.touched.slice(),
    touchTimes: state.touchTimes.slice(),
    depths: state.depths.slice(),
    types: { ...state.types },
    pieces: state.pieces.slice(),
    recent: state.recent.slice(),
  }
}
