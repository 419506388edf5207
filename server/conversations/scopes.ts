import type { Actor } from '../accounts/index.ts'
import type { Scope } from './boxes.ts'
import { seesEverything } from '../accounts/index.ts'

/**
 * The scopes whose union is exactly what `maySee` allows: everything, or one's stores, what one owns, and what no store has yet. A list reads one
 * index range for each of them.
 */
export function listScopes(actor: Actor): Scope[] {
  if (seesEverything(actor) || actor.kind === 'key') return ['all']
  return [...actor.storeIds.map((id): Scope => `store:${id}`), `owner:${actor.id}`, 'unplaced']
}
