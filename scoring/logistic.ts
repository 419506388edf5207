/** Rows to learn from, flat: `width` features a row, whether it came true, how much the row counts. */
export type Rows = { width: number, x: Float64Array, y: Float64Array, weight: Float64Array }

export type Fit = { bias: number, weights: Float64Array }

/**
 * Logistic regression with a Gaussian prior, by Newton's method: the most probable bias and weights. `x` is taken as it is
 * (standardise first); features listed in `atLeastZero` are held from going below 0. `start` is where to look first. Deterministic.
 */
export function fitLogistic(rows: Rows, prior: { bias: number, biasPrecision: number, weights: Float64Array, precision: Float64Array }, atLeastZero: readonly number[] = [], start?: Fit, steps = 25): Fit {
  const { width, x, y, weight } = rows
  const n = y.length
  const size = width + 1
  const w = new Float64Array(size)
  w[0] = prior.bias
  w.set(prior.weights, 1)
  const centre = w.slice()
  if (start) { w[0] = start.bias; w.set(start.weights, 1) }
  const precision = new Float64Array(size)
  precision[0] = prior.biasPrecision
  precision.set(prior.precision, 1)
  const held = new Set<number>()
  const H = new Float64Array(size * size)
  const g = new Float64Array(size)
  const nz = new Int32Array(size)
  const values = new Float64Array(size)
  let from = w.slice()
  let stride: Float64Array = new Float64Array(size)
  let best = Infinity
  let taken = 0
  let turn = true
  for (let step = 0; step < steps; step++) {
    // The curvature changes little once near: later steps reuse it, and only the slope is taken anew.
    const curved = turn || taken < 3 || taken % 4 === 3
    if (curved) H.fill(0)
    let loss = 0
    for (let j = 0; j < size; j++) {
      g[j] = precision[j]! * (centre[j]! - w[j]!)
      if (curved) H[j * size + j] = precision[j]!
      loss += precision[j]! * (centre[j]! - w[j]!) ** 2 / 2
    }
    for (let i = 0; i < n; i++) {
      const at = i * width
      let z = w[0]!
      let count = 0
      for (let j = 0; j < width; j++) {
        const v = x[at + j]!
        if (v !== 0) { z += w[j + 1]! * v; values[count] = v; nz[count++] = j + 1 }
      }
      const p = 1 / (1 + Math.exp(-z))
      const c = weight[i]!
      loss += c * (Math.log1p(Math.exp(-Math.abs(z))) + (z > 0 ? (1 - y[i]!) * z : -y[i]! * z))
      const r = c * (y[i]! - p)
      const s = c * p * (1 - p)
      g[0]! += r
      if (!curved) {
        for (let a = 0; a < count; a++) g[nz[a]!]! += r * values[a]!
        continue
      }
      H[0]! += s
      for (let a = 0; a < count; a++) {
        const j = nz[a]!
        const sv = s * values[a]!
        const row = j * size
        g[j]! += r * values[a]!
        H[row]! += sv
        for (let b = 0; b <= a; b++) H[row + nz[b]!]! += sv * values[b]!
      }
    }
    // Newton may step too far where almost everything is certain: then half the step, from where it began.
    if (loss > best + 1e-9 * Math.abs(best)) {
      stride = stride.map(by => by / 2)
      for (let j = 0; j < size; j++) w[j] = from[j]! + stride[j]!
      turn = true
      continue
    }
    best = loss
    taken++
    turn = false
    for (const j of held) {
      g[j + 1] = 0
      if (!curved) continue
      for (let k = 0; k < size; k++) { if (k <= j + 1) H[(j + 1) * size + k] = 0; else H[k * size + j + 1] = 0 }
      H[(j + 1) * size + j + 1] = 1
    }
    if (curved) factor(H, size)
    const d = solve(H, g, size)
    let gain = 0
    from = w.slice()
    stride = d
    for (let j = 0; j < size; j++) { w[j]! += d[j]!; gain += g[j]! * d[j]! / 2 }
    // What another step could gain in likelihood: a ten-thousandth of a nat is nothing.
    if (gain < 1e-4) {
      const fresh = atLeastZero.filter(j => w[j + 1]! < 0 && !held.has(j))
      if (fresh.length === 0) break
      best = Infinity
      turn = true
      for (const j of fresh) { held.add(j); w[j + 1] = 0 }
    }
  }
  for (const j of atLeastZero) w[j + 1] = Math.max(0, w[j + 1]!)
  return { bias: w[0]!, weights: w.slice(1) }
}

/** Cholesky: replaces the lower triangle of a symmetric positive matrix by its factor. */
function factor(H: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = H[i * size + j]!
      for (let k = 0; k < j; k++) sum -= H[i * size + k]! * H[j * size + k]!
      H[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / H[j * size + j]!
    }
  }
}

/** Solves L·Lᵀ·d = g. */
function solve(L: Float64Array, g: Float64Array, size: number): Float64Array {
  const d = Float64Array.from(g)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) d[i]! -= L[i * size + k]! * d[k]!
    d[i]! /= L[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) d[i]! -= L[k * size + i]! * d[k]!
    d[i]! /= L[i * size + i]!
  }
  return d
}
