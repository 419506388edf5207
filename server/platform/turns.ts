/** How long work may go on before requests and answers that have come in meanwhile are looked at, milliseconds. */
const longestTurn = 4

/** Asked after each piece of long work: gives a promise to wait for when it is time to let others have their turn. */
export type Turns = () => Promise<void> | undefined

/** Watches the time of one long piece of work. */
export function takeTurns(): Turns {
  let begun = performance.now()
  return () => {
    if (performance.now() - begun < longestTurn) return undefined
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        begun = performance.now()
        resolve()
      })
    })
  }
}
