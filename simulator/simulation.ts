import type { Faults } from './faults.ts'
import type { Progress } from './providers/progress.ts'
import type { Random } from './random.ts'
import type { SimulatorSettings } from './settings.ts'
import type { MediaShelf } from './state/media-shelf.ts'
import type { Phones } from './state/phones.ts'
import type { Presence } from './state/presence.ts'
import type { WebhookSender } from './webhooks/sender.ts'
import type { CataloguePiece } from './world.ts'

/** How far the demo house is in the house that the simulator stands beside; `absent` where nobody loads one. */
export type DemoState = 'absent' | 'loading' | 'loaded' | 'failed'

/** Everything the simulator's routes share. */
export type Simulation = {
  settings: SimulatorSettings
  phones: Phones
  presence: Presence
  shelf: MediaShelf
  sender: WebhookSender
  progress: Progress
  random: Random
  catalogue: readonly CataloguePiece[]
  catalogId: string
  houseName: string
  demo: () => DemoState
  faults: () => Faults
  setFaults: (faults: Faults) => void
  now: () => number
  /** Milliseconds. */
  startedAt: number
  /** A fresh number for ids. */
  nextId: () => string
  /** Address of the simulator, base path included, for what the providers fetch from each other. */
  ownUrl: () => string
  /** Aborted at the end. */
  stopped: AbortSignal
}
