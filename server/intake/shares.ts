import type { Arrival } from './arrival.ts'
import type { Desk } from './desk.ts'
import { changeTarget } from './apply/index.ts'

/** A part of a batch that can be worked on and written beside the others: all that it has of some people. */
export interface Share {
  desk: Desk
  arrivals: Arrival[]
}

/** Fewer people than these are not worth a share of their own. */
const leastPeople = 12
const mostShares = 4

/**
 * Parts of a batch by people, so that the store writes one while the next is worked out. A batch in which messages are changed stays whole: a change may
 * come from somebody else than the message.
 */
export function sharesOf(desk: Desk, arrivals: readonly Arrival[]): Share[] {
  const ids = [...desk.people.keys()]
  const count = Math.min(mostShares, Math.floor(ids.length / leastPeople))
  const whole = count < 2 || arrivals.some(arrival => changeTarget(arrival) !== null || !desk.people.has(desk.whose.get(arrival) ?? ''))
  if (whole) return [{ desk, arrivals: [...arrivals] }]
  const place = new Map(ids.map((id, index) => [id, index % count]))
  return Array.from({ length: count }, (_, share) => ({
    desk: {
      ...desk,
      people: new Map([...desk.people].filter(([id]) => place.get(id) === share)),
      messages: new Map(desk.messages),
      early: new Map(desk.early),
      newAddresses: desk.newAddresses.filter(({ customerId }) => place.get(customerId) === share),
      newEarly: [],
      shared: [],
    },
    arrivals: arrivals.filter(arrival => place.get(desk.whose.get(arrival) ?? '') === share),
  }))
}
