import { useQueryClient } from '@tanstack/vue-query'
import { useRouter } from 'vue-router'
import { useApi } from '../api/client.ts'
import { useRealtime } from '../realtime/useRealtime.ts'

/** Ends the session and forgets all that was loaded with it. */
export function useSignOut() {
  const api = useApi()
  const queries = useQueryClient()
  const realtime = useRealtime()
  const router = useRouter()
  return async () => {
    await api.signOut().catch(() => {})
    realtime.disconnect()
    queries.clear()
    await router.push({ name: 'sign-in' })
  }
}
