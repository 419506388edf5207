import type { Actor } from './policy.ts'
import { describe, expect, it } from 'vitest'
import { hasRole, maySee, scopesOf, seesWholeAddress } from './policy.ts'
import { scopes } from './scopes.ts'

const person = (role: 'advisor' | 'manager' | 'administrator', storeIds: string[] = ['mumbai']): Actor => ({ kind: 'advisor', id: 'me', name: 'Me', role, storeIds, sessionId: 's' })
const key: Actor = { kind: 'key', id: 'k', name: 'POS', scopes: ['write:events'] }

describe('who may see a conversation', () => {
  it('is everyone of one of its stores, and whoever owns it', () => {
    for (const role of ['advisor', 'manager'] as const) {
      expect(maySee(person(role), { storeIds: ['dubai', 'mumbai'], ownerId: null })).toBe(true)
      expect(maySee(person(role), { storeIds: ['dubai'], ownerId: 'me' })).toBe(true)
      expect(maySee(person(role), { storeIds: ['dubai'], ownerId: 'other' })).toBe(false)
    }
  })

  it('is everyone while it has no store', () => {
    expect(maySee(person('advisor', []), { storeIds: [], ownerId: 'other' })).toBe(true)
  })

  it('is always an administrator, and a key', () => {
    expect(maySee(person('administrator', []), { storeIds: ['dubai'], ownerId: null })).toBe(true)
    expect(maySee(key, { storeIds: ['dubai'], ownerId: null })).toBe(true)
  })
})

describe('what somebody may do', () => {
  it('grows with the role', () => {
    expect(hasRole(person('manager'), 'advisor')).toBe(true)
    expect(hasRole(person('advisor'), 'manager')).toBe(false)
    expect(hasRole(key, 'advisor')).toBe(false)
    expect(scopesOf(person('administrator'))).toEqual(scopes)
    expect(scopesOf(person('advisor'))).not.toContain('manage:accounts')
    expect(scopesOf(key)).toEqual(['write:events'])
  })

  it('shows whole addresses to managers, administrators and keys', () => {
    expect([person('advisor'), person('manager'), person('administrator'), key].map(seesWholeAddress)).toEqual([false, true, true, true])
  })
})
