/** What a model said of the people of one window, and how many of them came. */
export type Level = { logits: readonly number[], came: number }

/** How far the level of one window may lie from what is said of all, logit, before any is seen. */
const spreadBefore = 0.5
/** Standard deviations that are tried: of the level's step from one window to the next, and of what a window has for itself. */
const steps = [0, 0.05, 0.1, 0.2, 0.4]
const owns = [0, 0.05, 0.1, 0.2, 0.4]
/** Logarithm of the likelihood that moving must gain to be believed, and windows that it takes to tell. */
const worthwhile = 2
const fewest = 4

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))

/** By how much all logits of a window have to move for it to have promised what came, and the variance of that. Held near 0 where hardly anybody came. */
function distanceOf({ logits, came }: Level): { off: number, variance: number } {
  let off = 0
  let bend = 1
  for (let turn = 0; turn < 12; turn++) {
    let slope = came - off
    bend = 1
    for (const z of logits) {
      const p = sigmoid(z + off)
      slope -= p
      bend += p * (1 - p)
    }
    off += Math.max(-1, Math.min(1, slope / bend))
  }
  return { off, variance: 1 / bend }
}

/**
 * How far, in logit, the newest windows stand from what a model that was learnt from all of them says: the local level model (Harvey, 1989; Durbin and
 * Koopman, 2012), in which a level walks at random and each window has something for itself. `levels`: windows that follow each other without overlap, oldest
 * first. 0 unless walking explains them clearly better than standing still, so that one odd month moves nothing.
 */
export function levelNow(levels: readonly Level[]): number {
  if (levels.length < fewest) return 0
  const seen = levels.map(distanceOf)
  const filtered = (step: number, own: number) => {
    let level = 0
    let variance = spreadBefore ** 2
    let logLikelihood = 0
    for (const { off, variance: chance } of seen) {
      variance += step ** 2
      const total = variance + chance + own ** 2
      const surprise = off - level
      logLikelihood -= (Math.log(total) + surprise ** 2 / total) / 2
      level += surprise * variance / total
      variance *= 1 - variance / total
    }
    return { level, logLikelihood }
  }
  const best = (among: readonly number[]) => among.flatMap(step => owns.map(own => filtered(step, own))).reduce((a, b) => b.logLikelihood > a.logLikelihood ? b : a)
  const standing = best([0])
  const walking = best(steps)
  return walking.logLikelihood > standing.logLikelihood + worthwhile ? walking.level : 0
}
