/** Lets commands through, until it is closed for work that needs the store to itself. */
export class Gate {
  private inside = 0
  private closed: Promise<void> | undefined
  private left: () => void = () => {}

  /** Does something that needs the store; waits while the gate is closed. */
  async pass<T>(work: () => Promise<T> | T): Promise<T> {
    while (this.closed)
      await this.closed
    this.inside++
    try {
      return await work()
    }
    finally {
      this.inside--
      this.left()
    }
  }

  /**
   * Closes the gate, waits for those inside except the caller, who is inside as well, and does the work alone.
   * @param patience how many milliseconds those inside are waited for
   * @param late called when they take longer; throws
   */
  async alone<T>(patience: number, late: () => never, work: () => Promise<T>): Promise<T> {
    let open = (): void => {}
    this.closed = new Promise(resolve => open = resolve)
    try {
      if (!await this.emptied(patience))
        late()
      return await work()
    }
    finally {
      this.closed = undefined
      this.left = () => {}
      open()
    }
  }

  get isClosed(): boolean {
    return this.closed !== undefined
  }

  private emptied(patience: number): Promise<boolean> {
    if (this.inside <= 1)
      return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience, false)
      this.left = () => {
        if (this.inside > 1)
          return
        clearTimeout(timer)
        resolve(true)
      }
    })
  }
}
