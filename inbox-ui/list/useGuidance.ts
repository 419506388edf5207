import { computed } from 'vue'
import { useHouse, useQueues, useSession } from '../api/queries.ts'
import { guidanceFor } from './guidance.ts'
import { useInboxRoute } from './useInboxRoute.ts'

/** What there is to say to whoever has nobody open now; `null` until it is known. */
export function useGuidance() {
  const { queue } = useInboxRoute()
  const { data: counts } = useQueues()
  const { house } = useHouse()
  const { me } = useSession()
  return computed(() => guidanceFor({ queue: queue.value, counts: counts.value, house: house.value, role: me.value?.role }))
}
