/** What may be found of several things: what was acknowledged last, or what a change that was under way makes of it. */
export class Expected<State extends string> {
  private readonly settled = new Map<string, State>()
  private readonly open = new Map<string, State>()
  private readonly none: State
  acknowledged = 0

  /** @param none the state of something that is not there */
  constructor(none: State) {
    this.none = none
  }

  stateOf(name: string): State {
    return this.settled.get(name) ?? this.none
  }

  /** Things that are there, of which nothing is under way. */
  present(): string[] {
    return [...this.settled].filter(([name, state]) => state !== this.none && !this.open.has(name)).map(([name]) => name)
  }

  /** Does some work that brings things into new states. When it fails each of them may be found as it was or as it was to be. */
  async change(changes: ReadonlyMap<string, State>, work: () => Promise<unknown>): Promise<void> {
    for (const [name, state] of changes)
      this.open.set(name, state)
    await work()
    for (const [name, state] of changes) {
      this.settled.set(name, state)
      this.open.delete(name)
    }
    this.acknowledged += changes.size
  }

  /** Compares with what is found and goes on from that. @returns a sentence for each thing that is not as it can be */
  settle(found: ReadonlyMap<string, State>): string[] {
    const problems: string[] = []
    for (const name of new Set([...this.settled.keys(), ...this.open.keys(), ...found.keys()])) {
      const state = found.get(name) ?? this.none
      const possible = [this.stateOf(name), ...this.open.has(name) ? [this.open.get(name)!] : []]
      if (!possible.includes(state))
        problems.push(`${name} is ${state} and should be ${possible.join(' or ')}`)
    }
    this.settled.clear()
    this.open.clear()
    for (const [name, state] of found)
      this.settled.set(name, state)
    return problems
  }
}
