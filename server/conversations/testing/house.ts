import type { Actor } from '../../accounts/index.ts'
import type { TestHouse, TestHouseOptions } from '../../testing/harness.ts'
import { startTestHouse } from '../../testing/harness.ts'
import { testDay } from './people.ts'

/** The small house, its clock standing still. */
export function startInbox(options: TestHouseOptions = {}): Promise<TestHouse> {
  return startTestHouse({ now: () => testDay.getTime(), ...options })
}

/** People of the small house, for what is asked without a request. */
export const people = {
  administrator: { kind: 'advisor', id: 'dana', name: 'Dana', role: 'administrator', storeIds: [], sessionId: 's' },
  mumbai: { kind: 'advisor', id: 'asha', name: 'Asha', role: 'advisor', storeIds: ['mumbai'], sessionId: 's' },
  dubai: { kind: 'advisor', id: 'bilal', name: 'Bilal', role: 'advisor', storeIds: ['dubai'], sessionId: 's' },
  twoStores: { kind: 'advisor', id: 'omar', name: 'Omar', role: 'manager', storeIds: ['dubai', 'singapore'], sessionId: 's' },
} as const satisfies Record<string, Omit<Extract<Actor, { kind: 'advisor' }>, 'storeIds'> & { storeIds: readonly string[] }>
