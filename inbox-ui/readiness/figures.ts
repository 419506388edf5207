import type { HorizonReport } from '#contracts'

/** What a report comes to, for words to be put around it. Null where it cannot be told. */
export type PlainFigures = {
  /** `even`: as much came as was promised, as far as that can be told. `few`: too few came to say. */
  verdict: 'even' | 'too_much' | 'too_little' | 'few'
  /** Mean chance that was told, and the share that came. */
  said: number
  came: number
  /** The same of the likeliest tenth. */
  top: { said: number, came: number, lift: number | null } | null
  /** Of a hundred pairs of one who came and one who did not: in how many the one who came had been given the higher chance. */
  pairs: number | null
  /** The share of all who came that stood in the likelier three tenths. */
  caught: number | null
  /** Mean distance between said and came, 0…1. */
  off: number
  /** By how much better than telling everybody the same, 0…1; negative: worse. */
  better: number | null
  sureness: 'right' | 'too_sure' | 'not_sure_enough' | null
}

/** Fewer who came, and promised over happened says little. */
const enough = 30
/** From how much promised over happened, and its opposite, it is worth saying. */
const evenWithin = 1.15
/** Slopes between which nobody would notice: the engine recalibrates itself outside of them. */
const slopes = { low: 0.85, high: 1.15 }

/** The figures of one horizon as a manager would ask for them. */
export function plainFigures({ figures, calibration, lift }: HorizonReport): PlainFigures {
  const { forecasts, came, ratio, slope, auc } = figures
  const said = calibration.reduce((sum, point) => sum + point.promised * point.forecasts, 0) / Math.max(1, calibration.reduce((sum, point) => sum + point.forecasts, 0))
  const likeliest = calibration.at(-1)
  return {
    verdict: came < enough || ratio === null ? 'few' : ratio > evenWithin ? 'too_much' : ratio < 1 / evenWithin ? 'too_little' : 'even',
    said,
    came: forecasts > 0 ? came / forecasts : 0,
    top: likeliest && calibration.length > 1 ? { said: likeliest.promised, came: likeliest.happened, lift: lift[0]?.lift ?? null } : null,
    pairs: auc === null ? null : Math.round(auc * 100),
    caught: lift[2]?.caught ?? null,
    off: figures.ece,
    better: figures.brierSkill,
    sureness: slope === null || came < enough ? null : slope < slopes.low ? 'too_sure' : slope > slopes.high ? 'not_sure_enough' : 'right',
  }
}
