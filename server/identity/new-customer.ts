import type { Customer, Store } from '../models/index.ts'
import type { Handle } from './addresses.ts'
import { betterName, nameFromHandles, placeOf } from './person.ts'

export interface Arriving {
  id: string
  handles: readonly Handle[]
  /** Name that the network or a till gives them, with where it comes from. */
  name?: string | undefined
  nameSource?: 'profile' | 'pos'
  firstTouch: Customer['firstTouch']
  at: Date
  /** Shop that they reached first. */
  store: Pick<Store, 'country' | 'timeZone' | 'city'> | null
}

/** Somebody new, as they are stored. */
export function newCustomer({ id, handles, name, nameSource = 'profile', firstTouch, at, store }: Arriving): Customer {
  const called = { name: nameFromHandles(handles), nameSource: 'address' as const }
  return {
    _id: id,
    ...(betterName(called, name, nameSource) ?? called),
    city: null,
    ...placeOf(handles, store),
    firstTouch,
    tags: [],
    keyDates: [],
    optedOutAt: null,
    complaintAt: null,
    pieces: [],
    line: [],
    mergedInto: null,
    createdAt: at,
    revision: 0,
  }
}
