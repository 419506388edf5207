import type { Ref } from 'vue'
import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useOnPhone } from '../lib/useOnPhone.ts'

/**
 * On a phone choosing is a step like opening a conversation: it stands in the address while it lasts, so that *back* ends it instead of leaving the list.
 *
 * @param choosing whether anybody is chosen
 * @param end lets go of all that are chosen
 */
export function useChoosingStep(choosing: Readonly<Ref<boolean>>, end: () => void): void {
  const route = useRoute()
  const router = useRouter()
  const phone = useOnPhone()
  const stands = () => route.query.choosing === '1'

  watch(choosing, (now) => {
    if (now && phone.value && !stands()) void router.push({ query: { ...route.query, choosing: '1' } })
    else if (!now && stands()) router.back()
  })
  // Also at the start: of whom was chosen before a reload, or before one went on, nothing is known here.
  watch(() => route.query.choosing, (is) => {
    if (is !== '1') end()
    else if (!choosing.value) void router.replace({ query: { ...route.query, choosing: undefined } })
  }, { immediate: true })
}
