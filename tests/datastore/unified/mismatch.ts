/** What a case says should be and what was found instead, with the place where the two part. */
export class Mismatch extends Error {
  constructor(place: string, wanted: string) {
    super(`${place || 'the value'}: ${wanted}`)
    this.name = 'Mismatch'
  }
}

/** A case cannot be run here; `message` says why. */
export class Skip extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Skip'
  }
}

/** Throws a Mismatch; an expression, so that it can end a `??` or a conditional. */
export function mismatch(place: string, wanted: string): never {
  throw new Mismatch(place, wanted)
}
