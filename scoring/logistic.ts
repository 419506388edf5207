/** Rows to learn from, flat: `width` features a row, whether it came true, how much the row counts. */
export type Rows = { width: number, x: Float64Array, y: Float64Array, weight: Float64Array }

export type Fit = { bias: number, weights: Float64Array }

/**
 * Logistic regression with a Gaussian prior, by Newton's method: the most probable bias and weights. `x` is taken as it is
 * (standardise first); features listed in `atLeastZero` are held from going below 0. Deterministic.
 */
export function fitLogistic(rows: Rows, prior: { bias: number, biasPrecision: number, weights: Float64Array, precision: Float64Array }, atLeastZero: readonly number[] = [], steps = 25): Fit {
  const { width, x, y, weight } = rows
  const n = y.length
  const size = width + 1
  const w = new Float64Array(size)
  w[0] = prior.bias
  w.set(prior.weights, 1)
  const centre = w.slice()
  const precision = new Float64Array(size)
  precision[0] = prior.biasPrecision
  precision.set(prior.precision, 1)
  const held = new Set<number>()
  const H = new Float64Array(size * size)
  const g = new Float64Array(size)
  const nz = new Int32Array(size)
  let from = w.slice()
  let stride: Float64Array = new Float64Array(size)
  let best = Infinity
  for (let step = 0; step < steps; step++) {
    H.fill(0)
    let loss = 0
    for (let j = 0; j < size; j++) {
      g[j] = precision[j]! * (centre[j]! - w[j]!)
      H[j * size + j] = precision[j]!
      loss += precision[j]! * (centre[j]! - w[j]!) ** 2 / 2
    }
    for (let i = 0; i < n; i++) {
      const at = i * width
      let z = w[0]!
      let count = 0
      for (let j = 0; j < width; j++) {
        const v = x[at + j]!
        if (v !== 0) { z += w[j + 1]! * v; nz[count++] = j }
      }
      const p = 1 / (1 + Math.exp(-z))
      const c = weight[i]!
      loss += c * (Math.log1p(Math.exp(-Math.abs(z))) + (z > 0 ? (1 - y[i]!) * z : -y[i]! * z))
      const r = c * (y[i]! - p)
      const s = c * p * (1 - p)
      g[0]! += r
      H[0]! += s
      for (let a = 0; a < count; a++) {
        const j = nz[a]!
        const v = x[at + j]!
        g[j + 1]! += r * v
        const sv = s * v
        const row = (j + 1) * size
        H[row]! += sv
        for (let b = 0; b <= a; b++) H[row + 1 + nz[b]!]! += sv * x[at + nz[b]!]!
      }
    }
    // Newton may step too far where almost everything is certain: then half the step, from where it began.
    if (loss > best + 1e-9 * Math.abs(best)) {
      stride = stride.map(by => by / 2)
      for (let j = 0; j < size; j++) w[j] = from[j]! + stride[j]!
      continue
    }
    best = loss
    for (const j of held) {
      g[j + 1] = 0
      for (let k = 0; k < size; k++) { if (k <= j + 1) H[(j + 1) * size + k] = 0; else H[k * size + j + 1] = 0 }
      H[(j + 1) * size + j + 1] = 1
    }
    const d = solve(H, g, size)
    let moved = 0
    from = w.slice()
    stride = d
    for (let j = 0; j < size; j++) { w[j]! += d[j]!; moved = Math.max(moved, Math.abs(d[j]!)) }
    if (moved < 1e-5) {
      const fresh = atLeastZero.filter(j => w[j + 1]! < 0 && !held.has(j))
      if (fresh.length === 0) break
      best = Infinity
      for (const j of fresh) { held.add(j); w[j + 1] = 0 }
    }
  }
  for (const j of atLeastZero) w[j + 1] = Math.max(0, w[j + 1]!)
  return { bias: w[0]!, weights: w.slice(1) }
}

/** Solves the symmetric positive system whose lower triangle is in `H`, by Cholesky; `H` is overwritten. */
function solve(H: Float64Array, g: Float64Array, size: number): Float64Array {
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = H[i * size + j]!
      for (let k = 0; k < j; k++) sum -= H[i * size + k]! * H[j * size + k]!
      H[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / H[j * size + j]!
    }
  }
  const d = Float64Array.from(g)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) d[i]! -= H[i * size + k]! * d[k]!
    d[i]! /= H[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) d[i]! -= H[k * size + i]! * d[k]!
    d[i]! /= H[i * size + i]!
  }
  return d
}
