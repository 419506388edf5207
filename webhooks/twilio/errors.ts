import type { SendErrorClass } from '#contracts'

const hour = 60 * 60 * 1000

/** What to do about each code of a refused send or a failed status. Source: Twilio, error and warning dictionary. */
const classes: ReadonlyMap<number, SendErrorClass> = new Map<number, SendErrorClass>([
  // Outside the 24 hours.
  [63016, 'window'],
  // Too much from the whole sender or account.
  [63018, 'slow'],
  [63038, 'slow'],
  [14107, 'slow'],
  [20429, 'slow'],
  [30001, 'retry'],
  [30008, 'retry'],
  [63005, 'retry'],
  [63014, 'retry'],
  // Marketing that this person gets from others too: a day's pause.
  [63049, 'retry'],
  // Stopped, blocked or opted out.
  [21610, 'suppress'],
  [30004, 'suppress'],
  [63033, 'suppress'],
  [63050, 'suppress'],
  // No such number here, or unreachable this way.
  [21211, 'elsewhere'],
  [21214, 'elsewhere'],
  [21217, 'elsewhere'],
  [21408, 'elsewhere'],
  [21612, 'elsewhere'],
  [21614, 'elsewhere'],
  [30003, 'elsewhere'],
  [30005, 'elsewhere'],
  [30006, 'elsewhere'],
  [63003, 'elsewhere'],
  [63024, 'elsewhere'],
  [63032, 'elsewhere'],
  // Account or sender no longer works.
  [20003, 'dead'],
  [20005, 'dead'],
  [21603, 'dead'],
  [21606, 'dead'],
  [21660, 'dead'],
  [30002, 'dead'],
  [63001, 'dead'],
  [63002, 'dead'],
  [63007, 'dead'],
  [63020, 'dead'],
])

const pauses: ReadonlyMap<number, number> = new Map([
  [63018, 60_000],
  [63038, hour],
  [63049, 24 * hour],
])

/** The class of a code; one that is new to us is our own fault until somebody looks. */
export function errorClass(code: number): SendErrorClass {
  return classes.get(code) ?? 'content'
}

/** The class of a code, where it is known. */
export function knownClass(code: number): SendErrorClass | undefined {
  return classes.get(code)
}

/** Least pause after a code. */
export function pauseOf(code: number): number | undefined {
  return pauses.get(code)
}
