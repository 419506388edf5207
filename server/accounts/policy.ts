import type { Role } from '#contracts'
import type { Scope } from './scopes.ts'
import { roles } from '#contracts'
import { scopesOfRole } from './scopes.ts'

export type AdvisorActor = { kind: 'advisor', id: string, name: string, role: Role, storeIds: string[], sessionId: string }
export type KeyActor = { kind: 'key', id: string, name: string, scopes: Scope[] }
/** Who asks: a person with a session, or a machine with a key. */
export type Actor = AdvisorActor | KeyActor

/** What decides who may see a conversation. */
export type Visibility = { storeIds: readonly string[], ownerId?: string | null | undefined }

/**
 * Whether `actor` may see a conversation: an administrator and a key see every one; others see those of their stores, those that they own, and those
 * that no store has yet.
 */
export function maySee(actor: Actor, { storeIds, ownerId }: Visibility): boolean {
  if (seesEverything(actor) || actor.kind === 'key') return true
  return storeIds.length === 0 || ownerId === actor.id || storeIds.some(id => actor.storeIds.includes(id))
}

/** Whether nothing of the house is hidden from `actor`, so that no query needs to be narrowed. */
export function seesEverything(actor: Actor): boolean {
  return actor.kind === 'key' || actor.role === 'administrator'
}

export function scopesOf(actor: Actor): readonly Scope[] {
  return actor.kind === 'key' ? actor.scopes : scopesOfRole[actor.role]
}

/** A manager may all that an advisor may, an administrator all that a manager may. A key has no role. */
export function hasRole(actor: Actor, role: Role): boolean {
  return actor.kind === 'advisor' && roles.indexOf(actor.role) >= roles.indexOf(role)
}

/** Whether phone numbers and e-mail addresses are shown whole. An advisor writes and calls through Loupe and sees them masked. */
export function seesWholeAddress(actor: Actor): boolean {
  return actor.kind === 'key' || hasRole(actor, 'manager')
}
