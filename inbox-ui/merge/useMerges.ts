import type { MaybeRefOrGetter } from 'vue'
import type { MergedView, MergeResult, MergeSuggestionView } from '#contracts'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { isOffline } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { isolate } from '../lib/wording.ts'
import { useLost } from '../realtime/lost.ts'
import { useToasts } from '../shell/useToasts.ts'
import { takeSuggestionOff } from './suggestions.ts'

/** Who may be the same person as a customer, and who was joined with them. */
export function useMerges(customerId: MaybeRefOrGetter<string>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.merges(toValue(customerId))),
    queryFn: () => api.merges(toValue(customerId)),
    enabled: computed(() => toValue(customerId) !== ''),
    staleTime: 60_000,
  })
}

/** Long enough to notice that two people have become one. */
const undoMs = 12_000

/** Deciding whether two people are one: seen at once, taken back when the server refuses, undone from the toast. */
export function useMergeActions() {
  const api = useApi()
  const queries = useQueryClient()
  const toasts = useToasts()
  const lost = useLost()
  const { t } = useI18n()

  function refused(error: unknown) {
    toasts.say(t(isOffline(error) ? 'toast.offline' : 'toast.refused'), { tone: 'danger' })
  }
  function renew(conversationId: string) {
    for (const queryKey of [keys.conversation(conversationId), keys.thread(conversationId), keys.allMerges]) void queries.invalidateQueries({ queryKey })
  }

  /** `again`: joins them once more. */
  async function undo(mergeId: string, conversationId: string, again?: () => void) {
    try {
      await api.undoMerge(mergeId)
      renew(conversationId)
      toasts.say(t('merge.undone'), { group: mergeId, ...(again ? { ms: undoMs, action: { label: t('common.undo'), run: again } } : {}) })
    }
    catch (error) { refused(error) }
  }

  function joined(result: MergeResult, name: string, gone: string | null) {
    if (gone && gone !== result.conversationId) lost(gone, result.conversationId)
    renew(result.conversationId)
    toasts.say(t('merge.done', { name: isolate(name) }), { group: result.mergeId, ms: undoMs, action: { label: t('common.undo'), run: () => { void undo(result.mergeId, result.conversationId) } } })
  }

  /** Everything of `other` moves to `customerId`. Resolves with whether it did. */
  async function byHand(customerId: string, other: { customerId: string, conversationId: string | null, name: string }): Promise<boolean> {
    try {
      joined(await api.merge({ winnerId: customerId, loserId: other.customerId }), other.name, other.conversationId)
      return true
    }
    catch (error) {
      refused(error)
      return false
    }
  }

  return {
    byHand,
    /** Makes somebody who was joined with `customerId` a person of their own again. */
    takeApart({ id, customerId: other, name }: MergedView, customerId: string, conversationId: string) {
      return undo(id, conversationId, () => { void byHand(customerId, { customerId: other, conversationId: null, name }) })
    },
    /** `conversationId`: the page that is open, which moves when its person is the one who joins the other. */
    async accept(customerId: string, conversationId: string, suggestion: MergeSuggestionView) {
      const putBack = takeSuggestionOff(queries, customerId, suggestion)
      try {
        const result = await api.acceptMerge(suggestion.id)
        joined(result, suggestion.other.name, result.conversationId === conversationId ? suggestion.other.conversationId : conversationId)
      }
      catch (error) { putBack(); refused(error) }
    },
    async dismiss(customerId: string, suggestion: MergeSuggestionView) {
      const putBack = takeSuggestionOff(queries, customerId, suggestion)
      try { await api.dismissMerge(suggestion.id) }
      catch (error) { putBack(); refused(error) }
    },
  }
}
