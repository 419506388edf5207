import type { SendErrorClass } from '#contracts'
import type { GraphErrors } from '../meta/graph.ts'
import { commonGraphClass } from '../meta/graph.ts'

/** Codes of which the subcode says what happened. Source: Instagram messaging, error codes. */
const subcodes: ReadonlyMap<number, SendErrorClass> = new Map<number, SendErrorClass>([
  // Sent outside of the allowed window.
  [2534022, 'window'],
  [2018278, 'window'],
  // The person is not there, has not written first, or does not take messages.
  [2534014, 'elsewhere'],
  [2018001, 'elsewhere'],
  [2018108, 'elsewhere'],
  [1545041, 'elsewhere'],
  [2534001, 'elsewhere'],
])

/** The class of a code; 551: this person cannot be written to right now. */
export function errorClass(code: number): SendErrorClass {
  return code === 551 ? 'elsewhere' : commonGraphClass(code) ?? 'content'
}

export const graphErrors: GraphErrors = {
  classOf: (code, subcode) => (subcode === undefined ? undefined : subcodes.get(subcode)) ?? (code === 551 ? 'elsewhere' : commonGraphClass(code)),
}
