import type { SendErrorClass } from '#contracts'
import type { GraphErrors } from '../meta/graph.ts'
import { commonGraphClass } from '../meta/graph.ts'

const hour = 60 * 60 * 1000

/** What to do about each code of the Cloud API. Source: WhatsApp Business Platform, error codes. */
const classes: ReadonlyMap<number, SendErrorClass> = new Map<number, SendErrorClass>([
  // Temporary, on Meta's side.
  [131000, 'retry'],
  [131016, 'retry'],
  [131057, 'retry'],
  [133004, 'retry'],
  // Too much to this one person: six seconds between two messages; a day between two marketing messages that others also send.
  [131056, 'retry'],
  [131049, 'retry'],
  // Too much from the whole number.
  [130429, 'slow'],
  [131048, 'slow'],
  [131064, 'slow'],
  [131047, 'window'],
  // Not on WhatsApp, an old version, in an experiment of Meta's, or an id that cannot be written to: another way may work.
  [131026, 'elsewhere'],
  [130472, 'elsewhere'],
  [131062, 'elsewhere'],
  [131050, 'suppress'],
  // Account locked, restricted, unpaid, or the number not registered.
  [131031, 'dead'],
  [130497, 'dead'],
  [131005, 'dead'],
  [131042, 'dead'],
  [131045, 'dead'],
  [133010, 'dead'],
  // Our own fault: parameters, template, file.
  [131008, 'content'],
  [131009, 'content'],
  [131021, 'content'],
  [131030, 'content'],
  [131051, 'content'],
  [131052, 'content'],
  [131053, 'content'],
  [131060, 'content'],
  [132000, 'content'],
  [132001, 'content'],
  [132005, 'content'],
  [132007, 'content'],
  [132012, 'content'],
  [132015, 'content'],
  [132016, 'content'],
  [132068, 'content'],
  [132069, 'content'],
  [135000, 'content'],
])

const pauses: ReadonlyMap<number, number> = new Map([
  [131049, 24 * hour],
  [131056, 6000],
  [130429, 1000],
  [131048, hour],
  [131064, hour],
])

/** The class of a code, of a refused send or a failed status; a code that is new to us is our own fault until somebody looks. */
export function errorClass(code: number): SendErrorClass {
  return classes.get(code) ?? commonGraphClass(code) ?? 'content'
}

export const graphErrors: GraphErrors = {
  classOf: code => classes.get(code) ?? commonGraphClass(code),
  pauseMs: code => pauses.get(code),
}
