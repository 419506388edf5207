import type { Role } from '#contracts'
import { z } from 'zod'

/** What a key may be allowed, one by one; people have the scopes of their role. */
export const scopes = [
  'read:house', 'write:house', 'read:customers', 'write:customers', 'read:conversations', 'write:conversations', 'write:messages',
  'read:deliveries', 'write:deliveries', 'write:events', 'read:metrics', 'manage:accounts',
] as const
export const Scope = z.enum(scopes)
export type Scope = z.infer<typeof Scope>

const ofAdvisor: readonly Scope[] = ['read:house', 'read:customers', 'write:customers', 'read:conversations', 'write:conversations', 'write:messages']

/** The scopes that come with a role. */
export const scopesOfRole: Record<Role, readonly Scope[]> = {
  advisor: ofAdvisor,
  manager: ofAdvisor,
  administrator: scopes,
}
