import type { ChannelView, HouseView } from '#contracts'
import { useQueryClient } from '@tanstack/vue-query'
import { onMounted, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { ApiFailure } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { useToasts } from '../shell/useToasts.ts'

/** What there is to say of a channel beside that it works or does not, as a key of the words; null for one of which nobody was asked yet. */
export function checkWords({ state, reason, check }: Pick<ChannelView, 'state' | 'reason' | 'check'>): { key: string, code: string } | null {
  const code = check?.code ?? reason ?? ''
  if (state === 'live') return check ? { key: check.result === 'unknown' ? 'unknown' : 'ok', code } : null
  if (check?.result === 'unset' || code === 'not_configured' || code === 'sealed') return { key: 'unset', code }
  if (check?.result === 'ok') return { key: 'refusedYet', code: reason ?? '' }
  return { key: check?.result === 'unknown' && !reason ? 'unknown' : 'refused', code: reason ?? code }
}

/** Channels as they are now, and asking their providers anew. `busy` holds the ids of those that are being asked. */
export function useChannelChecks() {
  const api = useApi()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { t } = useI18n()
  const busy = ref<ReadonlySet<string>>(new Set())
  // The house is asked for once in an hour; whoever looks at its channels wants to know how they are now.
  onMounted(() => void queries.invalidateQueries({ queryKey: keys.house }))

  async function check(id: string) {
    busy.value = new Set([...busy.value, id])
    try {
      const channel = await api.checkChannel(id)
      queries.setQueryData<HouseView>(keys.house, house => house && { ...house, channels: house.channels.map(other => other.id === id ? channel : other) })
    }
    catch (error) { toasts.say(t(error instanceof ApiFailure && error.status === 429 ? 'settings.check.tooMany' : 'toast.refused'), { tone: 'danger' }) }
    finally { busy.value = new Set([...busy.value].filter(other => other !== id)) }
  }
  return { busy, check }
}
