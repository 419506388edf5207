import type { Head, Model } from './model.ts'
import { featureNames } from './features.ts'
import { typeFeatures } from './names.ts'
import { groupOf } from './reasons.ts'

/** What a feature or a contribution is about: a single signal, or one of the sentences of the reasons. */
export type About = {
  group: 'signal' | 'evidence' | 'silence' | 'habit' | 'touches' | 'outcomes' | 'amount' | 'source'
  signal: string | null
  /** Code of the signal's words. */
  word: string | null
  aspect: typeof typeFeatures[number] | null
  source: string | null
}

/** A weight of one head, in logit for each ordinary step (one standard deviation of the people that it was learnt from). */
export type Moved = About & { name: string, before: number, after: number }

/** What the feature or contribution called `name` is about. */
export function aboutFeature(model: Pick<Model, 'signals'>, name: string): About {
  const none = { signal: null, word: null, aspect: null, source: null }
  if (name === 'heat' || name === 'against') return { ...none, group: 'evidence' }
  if (name.startsWith('source=')) return { ...none, group: 'source', source: name.slice('source='.length) }
  const colon = name.lastIndexOf(':')
  const aspect = typeFeatures.find(feature => feature === name.slice(colon + 1))
  if (colon < 0 || !aspect) return { ...none, group: groupOf(name) }
  const signal = name.slice(0, colon)
  return { ...none, group: 'signal', signal, word: model.signals[signal]?.reading ?? null, aspect }
}

const weightsOf = (head: Head) => new Map(featureNames(head).map((name, i) => [name, head.slope * head.weights[i]!]))

/** The `count` weights of the middle horizon that differ most between two models, largest step first. A feature that one of them lacks weighs nothing there. */
export function weightsMoved(before: Model, after: Model, count = 12): Moved[] {
  const [old, now] = [before, after].map(({ heads }) => heads[Math.min(1, heads.length - 1)])
  if (!old || !now) return []
  const [was, is] = [weightsOf(old), weightsOf(now)]
  return Array.from(new Set([...is.keys(), ...was.keys()]), name => ({ name, ...aboutFeature(after, name), before: was.get(name) ?? 0, after: is.get(name) ?? 0 }))
    .filter(moved => Math.abs(moved.after - moved.before) > 1e-3)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || (a.name < b.name ? -1 : 1))
    .slice(0, count)
}
