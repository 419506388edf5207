import type { z } from 'zod'
import type { AdvisorBody, AdvisorPatch, AdvisorView, Invitation } from '#contracts'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { ApiFailure } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { useToasts } from '../shell/useToasts.ts'

/** Who works here, as an administrator manages them. A link to set a password is kept only as long as it is shown. */
export function usePeople() {
  const api = useApi()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { t } = useI18n()
  const { data: people, isPending, isError, refetch } = useQuery({ queryKey: keys.people, queryFn: api.people, select: page => page.items })
  const busy = ref(false)
  const link = ref<(Invitation & { name: string }) | null>(null)

  /** Whether it was done; a refusal is told with `conflict` where that is what it was. */
  async function attempt(run: () => Promise<void>, conflict: string): Promise<boolean> {
    busy.value = true
    try {
      await run()
      await Promise.all([queries.invalidateQueries({ queryKey: keys.people }), queries.invalidateQueries({ queryKey: keys.house })])
      return true
    }
    catch (error) {
      toasts.say(t(error instanceof ApiFailure && error.code === 'conflict' ? conflict : 'toast.refused'), { tone: 'danger' })
      return false
    }
    finally { busy.value = false }
  }
  return {
    people,
    isPending,
    isError,
    refetch,
    busy,
    link,
    add: (body: z.infer<typeof AdvisorBody>) => attempt(async () => {
      const { invitation } = await api.addPerson(body)
      link.value = { ...invitation, name: body.name }
    }, 'people.taken'),
    change: (id: string, patch: z.infer<typeof AdvisorPatch>) => attempt(async () => { await api.changePerson(id, patch) }, 'people.last'),
    renew: (person: Pick<AdvisorView, 'id' | 'name'>) => attempt(async () => {
      link.value = { ...await api.invite(person.id), name: person.name }
    }, 'toast.refused'),
  }
}
