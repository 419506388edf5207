import type { SessionView } from '#contracts'
import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { ApiFailure } from '../api/http.ts'
import { keys } from '../api/keys.ts'

/** Signs in by whichever way `how` is, then goes where the person wanted to be. */
export function useEnter() {
  const queries = useQueryClient()
  const router = useRouter()
  const route = useRoute()
  const { t, te } = useI18n()
  const busy = ref(false)
  const problem = ref<string | null>(null)
  const preparing = ref(false)

  /** A house that is still being made ready answers soon: asked again for two minutes. */
  async function patiently(how: () => Promise<SessionView>): Promise<SessionView> {
    for (let tries = 0; ; tries++) {
      try { return await how() }
      catch (error) {
        if (!(error instanceof ApiFailure && error.code === 'unavailable') || tries >= 80) throw error
        preparing.value = true
        await new Promise(resolve => setTimeout(resolve, 1500))
      }
    }
  }

  async function enter(how: () => Promise<SessionView>) {
    busy.value = true
    problem.value = null
    try {
      const session = await patiently(how)
      queries.clear()
      queries.setQueryData(keys.session, session)
      const to = typeof route.query.to === 'string' && /^\/(?!\/)/.test(route.query.to) ? route.query.to : '/inbox'
      await router.replace(to)
    }
    catch (error) {
      const code = error instanceof ApiFailure ? error.code : 'unknown'
      problem.value = te(`error.${code}`) ? t(`error.${code}`) : error instanceof ApiFailure && error.message ? error.message : t('error.unknown')
    }
    finally {
      busy.value = false
      preparing.value = false
    }
  }
  return { enter, busy, preparing, problem }
}
