import type { Model } from './model.ts'
import type { SignalSpec } from './signals.ts'
import type { FoldSignal, PieceTrace, State } from './state.ts'
import { isOneContact } from './contact.ts'
import { cloneState, dayMs } from './state.ts'

/** Signals closer together than this are one visit: a chat of an hour is one sign of life, not forty. */
const visitMs = dayMs * 2 / 3
/** After a purchase, what is said for so long is about what was bought. */
const careMs = 7 * dayMs
const maxStarts = 6
const maxTypes = 11
const maxPieces = 3
const maxRecent = 5
const maxTouchTimes = 5
const maxId = 36
const maxName = 28
/** Times beyond this many milliseconds from 1970 (about 27,000 years) are no dates. */
const maxTime = 864e12

/** Decayed evidence at or above each decision depth (1…4) that it takes to rise to it, and to stay. */
const levelUp = [0.2, 0.9, 1.2, 1.5]
const levelDown = [0, 0.3, 0.4, 0.5]

/**
 * Decayed numbers live on a grid of 2⁻¹⁰, where adding is exact: signals of equal time then give the same bits in any order.
 */
const grid = 2 ** 10
const milli = (value: number) => Math.round(value * 1000) / 1000
const snap = (value: number) => Math.round(value * grid) / grid
const faded = (days: number, halfLife: number) => days === 0 ? 1 : snap(2 ** (-days / halfLife))

/**
 * The state after one more signal, in constant time. Signals may come late: decayed numbers and touches take them exactly, but for
 * those of an older contact, which are read as one of their own; gaps exactly while they are among the newest visits. Signals of equal time give the same state in any order. Unknown types, times that
 * are no times and times more than a day ahead of `nowMs` (when given) are counted and change nothing else.
 */
export function fold(model: Model, state: State, signal: FoldSignal, nowMs?: number): State {
  return foldInto(model, cloneState(state), signal, nowMs)
}

/** As `fold`, but changes and returns `state` itself: for replays of long histories. */
export function foldInto(model: Model, state: State, signal: FoldSignal, nowMs?: number): State {
  const at = Math.round(typeof signal.at === 'number' ? signal.at : Date.parse(signal.at))
  if (!(Math.abs(at) <= maxTime) || (nowMs !== undefined && at > nowMs + dayMs)) { state.refused++; return state }
  const spec = Object.hasOwn(model.signals, signal.type) ? model.signals[signal.type] : undefined
  if (!spec) { state.unknown++; return state }

  const isFirst = state.folded === 0
  state.folded++
  state.since = isFirst ? at : Math.min(state.since, at)
  if (isFirst) state.ref = at
  else if (at < state.ref) state.late++
  if (at > state.ref) advance(model, state, at)

  const polite = signal.meta?.polite === true
  const behind = (state.ref - at) / dayMs
  if (spec.active && !polite) {
    if (state.visits === 0 || !isOneContact(state.last, at)) {
      for (let i = 0; i < state.active.length; i++) state.active[i]! += faded(behind, model.halfLives[i]!)
    }
    visit(state, at)
  }
  if (spec.side === 'customer') answered(state, at)
  if (spec.touch) touched(model, state, at, behind)
  if (spec.outcome) {
    state.outcomes++
    state.lastOutcome = state.outcomes === 1 ? at : Math.max(state.lastOutcome, at)
  }
  if (spec.settles) settle(state, at, spec)
  if (!polite) {
    const goesOn = trace(state, signal.type, at, spec)
    if (spec.weight > 0 && at > restsUntil(state)) {
      if (spec.active) resume(state, at, spec)
      if (spec.depth > 0 && !goesOn) deepen(state, spec, faded(behind, model.halfLives[1]))
    }
  }
  relevel(state)
  remember(state, signal, at, spec)
  return state
}

/** Moves every decayed number on to a later time; the traces of types keep their own. */
function advance(model: Model, state: State, at: number): void {
  const days = (at - state.ref) / dayMs
  for (let i = 0; i < 3; i++) {
    const kept = 2 ** (-days / model.halfLives[i]!)
    state.active[i] = snap(state.active[i]! * kept)
    state.touched[i] = snap(state.touched[i]! * kept)
    if (i === 1) {
      for (let level = 0; level < 4; level++) state.depths[level] = snap(state.depths[level]! * kept)
    }
  }
  relevel(state)
  state.ref = at
}

function visit(state: State, at: number): void {
  const { starts } = state
  if (state.visits === 0) {
    state.visits = 1
    state.first = state.last = at
    starts.push(at)
    return
  }
  state.last = Math.max(state.last, at)
  if (at < state.first) {
    const gap = (state.first - at) / dayMs
    if (starts[0] === state.first && gap * dayMs < visitMs) {
      starts[0] = at
    }
    else if (gap * dayMs >= visitMs) {
      state.visits++
      state.gapSquares = milli(state.gapSquares + gap * gap)
      state.gapLogs = milli(state.gapLogs + Math.log(gap))
      if (state.visits === 2) state.gapLast = gap
      state.gapMax = Math.max(state.gapMax, gap)
      if (starts[0] === state.first && starts.length < maxStarts) starts.unshift(at)
    }
    state.first = at
    return
  }
  let i = starts.length - 1
  while (i >= 0 && starts[i]! > at) i--
  // Older than every start that is remembered: one more visit, somewhere in a gap that is no longer known.
  if (i < 0) { state.visits++; return }
  if (at - starts[i]! < visitMs) return
  const before = milli((at - starts[i]!) / dayMs)
  const next = starts[i + 1]
  state.visits++
  starts.splice(i + 1, 0, at)
  if (next === undefined) {
    state.gapLast = before
    state.gapMax = Math.max(state.gapMax, before)
    state.gapSquares = milli(state.gapSquares + before * before)
    state.gapLogs = milli(state.gapLogs + Math.log(before))
    state.quietBefore = before
  }
  else {
    const after = milli((next - at) / dayMs)
    state.gapSquares = milli(Math.max(0, state.gapSquares + before * before + after * after - (before + after) ** 2))
    state.gapLogs = milli(state.gapLogs + Math.log(before) + Math.log(Math.max(after, 0.5)) - Math.log(before + after))
    if (next === starts.at(-1)) state.gapLast = after
  }
  if (starts.length > maxStarts) starts.shift()
}

/** A touch counts as unanswered when it is newer than the customer's newest signal, so ties fall the same way in any order. */
function touched(model: Model, state: State, at: number, behind: number): void {
  const isFirst = state.touches === 0
  if (isFirst || !isOneContact(state.lastTouch, at)) {
    for (let i = 0; i < state.touched.length; i++) state.touched[i]! += faded(behind, model.halfLives[i]!)
    state.touches++
  }
  state.lastTouch = isFirst ? at : Math.max(state.lastTouch, at)
  if (state.heard !== 0 && at <= state.heard) return
  const open = state.touchTimes.findIndex(time => isOneContact(time, at))
  if (open >= 0) { state.touchTimes[open] = Math.max(state.touchTimes[open]!, at); return }
  state.unanswered++
  state.touchTimes.push(at)
  state.touchTimes.sort((a, b) => a - b)
  if (state.touchTimes.length > maxTouchTimes) state.touchTimes.shift()
}

function answered(state: State, at: number): void {
  state.heard = state.heard === 0 ? at : Math.max(state.heard, at)
  if (state.unanswered === 0) return
  const open = state.touchTimes.filter(time => time > at)
  // All remembered ones are newer: the forgotten ones are older than these, and taken as answered only if this answer came after them.
  if (open.length < state.touchTimes.length) { state.unanswered = open.length; state.touchTimes = open }
}

/** Keeps count of a type, and tells whether the signal only goes on with a contact of its type: then it says nothing that was not said. */
function trace(state: State, type: string, at: number, spec: SignalSpec): boolean {
  const known = Object.hasOwn(state.types, type) ? state.types[type] : undefined
  if (known) {
    const [count, decayed, last] = known
    const days = (at - last) / dayMs
    const goesOn = isOneContact(last, at)
    if (goesOn) state.types[type] = [count + 1, decayed, Math.max(last, at)]
    else if (days > 0) state.types[type] = [count + 1, snap(decayed * 2 ** (-days / spec.halfLifeDays)) + 1, at]
    else state.types[type] = [count + 1, decayed + faded(-days, spec.halfLifeDays), last]
    return goesOn
  }
  state.types[type] = [1, 1, at]
  forgetOldest(state)
  return false
}

/** Makes room for the newest types. */
function forgetOldest(state: State): void {
  const kinds = Object.keys(state.types)
  if (kinds.length <= maxTypes) return
  kinds.sort((a, b) => state.types[a]![2] - state.types[b]![2] || (a < b ? -1 : 1))
  delete state.types[kinds[0]!]
}

/** Until when what is said belongs to what was settled last. */
function restsUntil({ settled, bought }: State): number {
  return settled === 0 ? -Infinity : settled + (settled === bought ? careMs : visitMs)
}

/**
 * A decision has fallen, and what spoke for it has done its part. Told late, after the person had come back already, it leaves the journey that this began
 * as it is.
 */
function settle(state: State, at: number, spec: SignalSpec): void {
  const newest = state.settled === 0 || at >= state.settled
  if (spec.owns) state.bought = state.bought === 0 ? at : Math.max(state.bought, at)
  if (!newest) return
  state.settled = at
  state.begun = state.starts.find(start => start > restsUntil(state)) ?? 0
  if (state.begun !== 0) return
  state.ended = spec.terminal ? at : state.ended === at ? at : 0
  state.depths = [0, 0, 0, 0]
  state.level = 0
}

/** Somebody whose decision had fallen shows something new: that ends the end, and with more than a greeting it begins a journey. */
function resume(state: State, at: number, spec: SignalSpec): void {
  if (state.settled === 0 || spec.settles) return
  state.ended = 0
  if (state.begun === 0 && spec.depth >= 2) state.begun = at
}

function deepen(state: State, spec: SignalSpec, share: number): void {
  const evidence = snap(Math.min(4, spec.weight) * share)
  for (let level = 0; level < spec.depth; level++) state.depths[level]! += evidence
}

/** Rising to a depth needs more evidence than staying there, so that one signal more or less does not flicker. */
function relevel(state: State): void {
  let level = 0
  for (let i = 0; i < 4; i++) { if (state.depths[i]! >= (state.level > i ? levelDown[i]! : levelUp[i]!)) level = i + 1 }
  state.level = level
}

function remember(state: State, signal: FoldSignal, at: number, spec: SignalSpec): void {
  const { meta } = signal
  if (signal.id && sizeOf(signal.id) <= maxId && (state.recent.length < maxRecent || at >= state.recent.at(-1)![2])) {
    state.recent.push([signal.id, signal.type, at])
    state.recent.sort((a, b) => b[2] - a[2] || (a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? -1 : 1))
    state.recent.length = Math.min(state.recent.length, maxRecent)
  }
  if (!meta) return
  if (meta.source && spec.side === 'customer' && (state.source === '' || at < state.first)) state.source = cut(meta.source, 24)
  if (typeof meta.amount === 'number' && Number.isFinite(meta.amount) && meta.amount > 0 && at >= state.ref) state.amount = Math.round(Math.min(meta.amount, 1e12))
  if (meta.pieceId && sizeOf(meta.pieceId) <= maxId && (spec.wants || spec.owns)) piece(state, meta.pieceId, meta.pieceName ?? '', at, spec.owns)
}

/** Bytes of a character in JSON, at most. */
const bytesOf = (code: number) => code < 0x20 || (code >= 0xD800 && code < 0xE000) ? 6 : code === 0x22 || code === 0x5C ? 2 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3

function sizeOf(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) bytes += bytesOf(text.charCodeAt(i))
  return bytes
}

/** As much of the text as fits into `limit` bytes. */
function cut(text: string, limit: number): string {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    bytes += bytesOf(text.charCodeAt(i))
    if (bytes > limit) return text.slice(0, i)
  }
  return text
}

/** One more look at a piece, or its purchase: the looks that led to that are done with, and only later ones count. */
function piece(state: State, id: string, name: string, at: number, bought: boolean): void {
  const place = state.pieces.findIndex(p => p[0] === id)
  const known = state.pieces[place]
  const called = cut(name, maxName) || (known?.[1] ?? '')
  if (known) {
    const [, , times, first, last] = known
    if (bought) { if (at >= last) state.pieces[place] = [id, called, 0, at, at] }
    else if (times > 0) { state.pieces[place] = [id, called, times + 1, Math.min(first, at), Math.max(last, at)] }
    else if (at > last) { state.pieces[place] = [id, called, 1, at, at] }
    return
  }
  state.pieces.push([id, called, bought ? 0 : 1, at, at])
  if (state.pieces.length <= maxPieces) return
  // The piece least looked at, longest ago, makes room; never the newest look alone.
  const rank = (p: PieceTrace) => p[2] * 2 ** ((p[4] - state.ref) / (30 * dayMs))
  state.pieces.sort((a, b) => rank(b) - rank(a) || (a[0] < b[0] ? -1 : 1))
  state.pieces.length = maxPieces
}
