import type { Quality } from './metrics.ts'
import type { Trial } from './trial.ts'
import { judge } from './metrics.ts'

/** Figures of one horizon with its calibration plot and lift, as a page shows them; null where it cannot be told. Rates 0…1. */
export type HorizonJudgement = {
  horizonDays: number
  figures: { forecasts: number, came: number, auc: number | null, brier: number, brierSkill: number | null, logLoss: number, slope: number | null, ratio: number | null, ece: number }
  /** Lowest forecast first. `low` and `high` are Wilson's 95 % interval of the share that came. */
  calibration: { promised: number, happened: number, low: number, high: number, forecasts: number, came: number }[]
  /** Likeliest tenth first. */
  lift: { decile: number, forecasts: number, came: number, lift: number | null, caught: number | null }[]
}

/** z of a two-sided 95 % interval. */
const z95 = 1.959964

/** Wilson's score interval of a share, with `n` observations, which need not be whole. */
export function wilson(share: number, n: number): { low: number, high: number } {
  if (!(n > 0)) return { low: 0, high: 1 }
  const z2 = z95 * z95
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = z95 * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

const told = (value: number) => Number.isFinite(value) ? value : null

/** The figures of `judge`, with null for what nobody or everybody having come leaves open. */
export function figuresOf(quality: Quality): HorizonJudgement['figures'] {
  const { windows, positives, auc, brier, brierSkill, logLoss, slope, ratio, ece } = quality
  const both = positives > 0 && positives < windows
  return { forecasts: windows, came: positives, auc: told(auc), brier, brierSkill: told(brierSkill), logLoss, slope: both ? told(slope) : null, ratio: told(ratio), ece }
}

/**
 * Judges one horizon's trials. `everyDays` is the distance between the moments: trials of one person whose horizons overlap know little more than one, so
 * that intervals count them as one.
 */
export function judgeHorizon(trials: readonly Trial[], horizonDays: number, everyDays: number): HorizonJudgement | null {
  if (trials.length === 0) return null
  const quality = judge(trials.map(trial => trial.p), trials.map(trial => trial.came === null ? 0 : 1))
  const apart = Math.min(1, everyDays / horizonDays)
  const bins = quality.bins.map(({ p, rate, n }) => ({ promised: p, happened: rate, ...wilson(rate, n * apart), forecasts: n, came: Math.round(rate * n) }))
  let sum = 0
  const rate = quality.positives / quality.windows
  const lift = bins.toReversed().map(({ forecasts, came, happened }, i) => {
    sum += came
    return { decile: i + 1, forecasts, came, lift: rate > 0 ? happened / rate : null, caught: quality.positives > 0 ? sum / quality.positives : null }
  })
  return { horizonDays, figures: figuresOf(quality), calibration: bins, lift }
}

export type Cases = { hits: Trial[], sureAndNothing: Trial[], unlikelyAndCame: Trial[] }

/**
 * What to look at: whom the forecasts had right, whom they promised in vain, and who came unforeseen. Each person once, in the first of hits, unforeseen and
 * in vain that they are in, `most` of each. `sureFrom` is the p from which somebody was told to be likely; unforeseen is who was under the common rate.
 */
export function casesOf(trials: readonly Trial[], sureFrom: number, most = 20): Cases {
  const rate = trials.filter(trial => trial.came !== null).length / Math.max(1, trials.length)
  const taken = new Set<number>()
  const take = (among: Trial[]): Trial[] => {
    const kept: Trial[] = []
    for (const trial of among) {
      if (kept.length === most) break
      if (taken.has(trial.person)) continue
      taken.add(trial.person)
      kept.push(trial)
    }
    return kept
  }
  const surest = trials.toSorted((a, b) => b.p - a.p || a.at - b.at || a.person - b.person)
  const came = new Set(surest.filter(trial => trial.came !== null && trial.p >= sureFrom).map(trial => trial.person))
  const hits = take(surest.filter(trial => trial.came !== null && trial.p >= sureFrom))
  const unlikelyAndCame = take(surest.toReversed().filter(trial => trial.came !== null && trial.p < rate && !came.has(trial.person)))
  const sureAndNothing = take(surest.filter(trial => trial.came === null && trial.p >= sureFrom && !came.has(trial.person)))
  return { hits, sureAndNothing, unlikelyAndCame }
}
