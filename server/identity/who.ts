import type { Handle } from './addresses.ts'

/** Whose addresses are known: key → customer. */
export type Holders = ReadonlyMap<string, string>

export interface Whose {
  /** The customer whom the surest known address belongs to; null for somebody new. */
  customerId: string | null
  /** Addresses that nobody holds and that this customer may have. */
  claims: Handle[]
  /** Another customer who holds one of the sure addresses. Nobody is merged for it; it is worth a suggestion. */
  conflict: string | null
}

/**
 * Whose addresses these are. A phone number decides before a network's id, an id before a username. A username is weak: it may change hands, so that it
 * leads to its holder only when nothing surer is named, and is never taken from anyone.
 */
export function whose(handles: readonly Handle[], holders: Holders): Whose {
  const sure = handles.filter(handle => handle.kind !== 'username')
  const known = (sure.length > 0 ? sure : handles).flatMap(handle => holders.get(handle.key) ?? [])
  const customerId = known[0] ?? null
  return {
    customerId,
    claims: handles.filter(handle => !holders.has(handle.key)),
    conflict: known.find(other => other !== customerId) ?? null,
  }
}
