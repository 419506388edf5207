import type { Model } from './model.ts'
import type { SignalSpec } from './signals.ts'
import type { State, TypeTrace } from './state.ts'
import { dayMs } from './state.ts'

/**
 * What the signals of one type say together, at a time: prior weight × decayed count, with the second
 * saying less than the first and many never more than two fresh ones, so that a hundred looks do not outweigh one appointment.
 */
export function evidenceOf(spec: SignalSpec, trace: TypeTrace, atMs: number): number {
  const decayed = decayedAt(spec, trace, atMs)
  return spec.weight * 2 * decayed / (1 + decayed)
}

/** A type's decayed count at a time. */
export function decayedAt(spec: SignalSpec, trace: TypeTrace, atMs: number): number {
  return trace[1] * 2 ** (-Math.max(0, (atMs - trace[2]) / dayMs) / spec.halfLifeDays)
}

/** Evidence of each signal type that a person has shown, at a time. */
export function evidenceAt(model: Model, state: State, atMs: number): Map<string, number> {
  const evidence = new Map<string, number>()
  for (const type in state.types) {
    const spec = model.signals[type]
    if (spec && spec.weight !== 0) evidence.set(type, evidenceOf(spec, state.types[type]!, atMs))
  }
  return evidence
}
