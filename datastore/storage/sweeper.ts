import type { Leftovers } from './leftovers.ts'

/** How long others have between two removals. */
const REST_MILLIS = 2

/** Removes what is left over in the background, a little at a time, whenever there is something. */
export class Sweeper {
  private readonly leftovers: Leftovers
  private readonly write: (job: () => void) => Promise<void>
  private round: Promise<void> | undefined
  private stopped = false

  constructor(leftovers: Leftovers, write: (job: () => void) => Promise<void>) {
    this.leftovers = leftovers
    this.write = write
    leftovers.onLeft = () => this.wake()
  }

  /** Begins, if there is something to do. A round that fails (a full disk, say) is begun again when more is left over, or after a restart. */
  wake(): void {
    if (this.round || this.stopped)
      return
    this.round = new Promise(resolve => setImmediate(resolve))
      .then(() => this.run())
      .catch(() => {})
      .finally(() => this.round = undefined)
  }

  /** Waits until nothing is left over, or it cannot be removed. */
  async idle(): Promise<void> {
    this.wake()
    await this.round
  }

  /** Stops after the removal under way. */
  async stop(): Promise<void> {
    this.stopped = true
    await this.round
  }

  private async run(): Promise<void> {
    while (this.leftovers.isPending && !this.stopped) {
      await this.write(() => this.leftovers.sweep())
      await new Promise(resolve => setTimeout(resolve, REST_MILLIS))
    }
  }
}
