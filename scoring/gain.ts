import type { State } from './state.ts'
import { measure, widthOf } from './features.ts'
import { fitLogistic } from './logistic.ts'
import { priorModel } from './model.ts'

/** One moment at which an automation could have contacted somebody: what the person showed, what was done, with which chance, and whether they came. */
export type Contact = {
  /** What was known, e.g. as `measure` gives it; as many numbers for everybody. */
  x: ArrayLike<number>
  acted: boolean
  /** Chance of what was done, as `explore` gave it. */
  chance: number
  came: boolean
}

/** Days within which somebody comes after a contact, or does not. */
export const contactHorizonDays = 30

/**
 * What a person shows at a time, as `learnGain` learns from it: the features that need no single signal, measured by the model before a house has outcomes. So
 * moments of all nights are of one width and one scale, whatever was learnt meanwhile.
 */
export function contactFeatures(state: State, atMs: number): number[] {
  const space = { types: [], sources: [] }
  const x = new Float64Array(widthOf(space))
  measure(priorModel(), space, contactHorizonDays, state, Math.max(atMs, state.ref), x)
  return [...x]
}

type Side = { bias: number, weights: number[] }

/** What a contact gains, learnt from contacts that were left to chance: one logistic model of who comes when contacted, one of who comes when not. */
export type GainModel = {
  centres: number[]
  scales: number[]
  contacted: Side
  left: Side
  /** Moments behind each side, and those after which the person came. */
  contacts: { contacted: number, left: number, cameContacted: number, cameLeft: number }
}

/** Moments of each side after which somebody came: with fewer, a difference of two rates is noise. */
const neededOfEach = 60
/** No moment counts for more than this many: a chance near 0 would let one person speak for all. */
const mostWeight = 40
/** Features count up to so many standard deviations. */
const reach = 4
/** How far the weights of a side may go from nothing: a difference of two fits is noisier than either. */
const spread = 0.3

/**
 * The gain of contacting somebody, by two models, each weighed by one over the chance of what was done, so that whom we would have contacted anyway does not
 * pass for whom contact moves (Horvitz and Thompson). Null with fewer than sixty who came on either side: then nobody knows, and advice goes by its rules.
 */
export function learnGain(contacts: readonly Contact[]): GainModel | null {
  const usable = contacts.filter(({ x, chance }) => chance > 0 && chance <= 1 && Array.prototype.every.call(x, Number.isFinite))
  const count = (acted: boolean, came: boolean) => usable.filter(one => one.acted === acted && (!came || one.came)).length
  const counts = { contacted: count(true, false), left: count(false, false), cameContacted: count(true, true), cameLeft: count(false, true) }
  if (counts.cameContacted < neededOfEach || counts.cameLeft < neededOfEach) return null
  const width = usable[0]!.x.length
  const n = usable.length
  const centres = Array.from({ length: width }, (_, j) => usable.reduce((sum, { x }) => sum + x[j]! / n, 0))
  const scales = centres.map((centre, j) => Math.sqrt(usable.reduce((sum, { x }) => sum + (x[j]! - centre) ** 2 / n, 0)) || 1)
  const side = (acted: boolean): Side => {
    const rows = usable.filter(one => one.acted === acted)
    const x = new Float64Array(rows.length * width)
    rows.forEach((row, i) => x.set(standard(row.x, centres, scales), i * width))
    const inverse = rows.map(row => Math.min(mostWeight, 1 / row.chance))
    // Weights sum to the number of moments, so that the prior means the same however chances were.
    const level = rows.length / inverse.reduce((sum, weight) => sum + weight, 0)
    const fit = fitLogistic({ width, x, y: Float64Array.from(rows, row => row.came ? 1 : 0), weight: Float64Array.from(inverse, weight => weight * level) }, { bias: 0, biasPrecision: 1e-3, weights: new Float64Array(width), precision: new Float64Array(width).fill(1 / spread ** 2) })
    return { bias: fit.bias, weights: [...fit.weights] }
  }
  return { centres, scales, contacted: side(true), left: side(false), contacts: counts }
}

/** How much likelier somebody comes when contacted than when left alone: −1…1, below 0 where contact keeps them away. */
export function gainOf(model: GainModel, x: ArrayLike<number>): number {
  const z = standard(x, model.centres, model.scales)
  const p = ({ bias, weights }: Side) => 1 / (1 + Math.exp(-weights.reduce((sum, weight, j) => sum + weight * z[j]!, bias)))
  return p(model.contacted) - p(model.left)
}

function standard(x: ArrayLike<number>, centres: readonly number[], scales: readonly number[]): number[] {
  return centres.map((centre, j) => Math.min(reach, Math.max(-reach, (x[j]! - centre) / scales[j]!)))
}
