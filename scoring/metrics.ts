/** How well a list of forecasts did. Rates and probabilities 0…1. */
export type Quality = {
  windows: number
  positives: number
  /** Chance that someone who came stood above someone who did not. */
  auc: number
  brier: number
  /** 1 − Brier / Brier of the base rate. */
  brierSkill: number
  logLoss: number
  /** Mean distance of forecast and rate over ten groups of equal size. */
  ece: number
  /** Slope of a logistic regression of what happened on logit p; 1 is calibrated, below 1 too sure. */
  slope: number
  /** Promised over happened. */
  ratio: number
  /** How much likelier the top tenth was than everybody. */
  lift10: number
  /** Calibration plot: mean forecast, rate and size of ten groups, lowest first. */
  bins: { p: number, rate: number, n: number }[]
}

const mean = (indexes: readonly number[], of: ArrayLike<number>) => indexes.reduce((sum, i) => sum + of[i]!, 0) / Math.max(1, indexes.length)

/** Judges forecasts against what happened (1 or 0), both in the same order. At least one of each outcome for AUC; else it is NaN. */
export function judge(p: ArrayLike<number>, y: ArrayLike<number>): Quality {
  const n = y.length
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => p[i]! - p[j]!)
  let positives = 0
  let brier = 0
  let logLoss = 0
  let promised = 0
  for (let i = 0; i < n; i++) {
    const q = Math.min(1 - 1e-6, Math.max(1e-6, p[i]!))
    positives += y[i]!
    promised += p[i]!
    brier += (p[i]! - y[i]!) ** 2 / n
    logLoss -= (y[i] ? Math.log(q) : Math.log(1 - q)) / n
  }
  const rate = positives / n
  const bins = Array.from({ length: 10 }, (_, b) => {
    const group = order.slice(Math.floor(b * n / 10), Math.floor((b + 1) * n / 10))
    return { p: mean(group, p), rate: mean(group, y), n: group.length }
  }).filter(bin => bin.n > 0)
  return {
    windows: n,
    positives,
    auc: rankAuc(order, p, y, positives),
    brier,
    brierSkill: 1 - brier / (rate * (1 - rate)),
    logLoss,
    ece: bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.p - bin.rate), 0) / n,
    slope: platt(p, y).slope,
    ratio: promised / positives,
    lift10: mean(order.slice(n - Math.max(1, Math.round(n / 10))), y) / rate,
    bins,
  }
}

/** Area under the ROC curve from ranks, ties counted half (Mann and Whitney). */
function rankAuc(order: readonly number[], p: ArrayLike<number>, y: ArrayLike<number>, positives: number): number {
  let sum = 0
  for (let i = 0; i < order.length;) {
    let j = i
    let came = 0
    while (j < order.length && p[order[j]!] === p[order[i]!]) came += y[order[j++]!]!
    sum += came * (i + j + 1) / 2
    i = j
  }
  return (sum - positives * (positives + 1) / 2) / (positives * (order.length - positives))
}

/** Platt's recalibration: slope and offset of a logistic regression of what happened on logit p, held near 1 and 0 when data are few. */
export function platt(p: ArrayLike<number>, y: ArrayLike<number>, precision = 1e-6): { slope: number, offset: number } {
  let slope = 1
  let offset = 0
  for (let step = 0; step < 40; step++) {
    let g0 = -precision * offset
    let g1 = precision * (1 - slope)
    let h00 = precision + 1e-9
    let h01 = 0
    let h11 = precision + 1e-9
    for (let i = 0; i < y.length; i++) {
      const q = Math.min(1 - 1e-6, Math.max(1e-6, p[i]!))
      const z = Math.log(q / (1 - q))
      const m = 1 / (1 + Math.exp(-(offset + slope * z)))
      const w = m * (1 - m)
      g0 += y[i]! - m
      g1 += (y[i]! - m) * z
      h00 += w
      h01 += w * z
      h11 += w * z * z
    }
    const det = h00 * h11 - h01 * h01
    const d0 = (h11 * g0 - h01 * g1) / det
    const d1 = (h00 * g1 - h01 * g0) / det
    if (!Number.isFinite(d0 + d1)) break
    offset += Math.min(1, Math.max(-1, d0))
    slope += Math.min(1, Math.max(-1, d1))
    if (Math.abs(d0) + Math.abs(d1) < 1e-9) break
  }
  return { slope, offset }
}
