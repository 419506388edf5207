import type { ConversationPatch, ConversationRow, ConversationView } from '#contracts'
import type { RowPages } from '../realtime/rows.ts'
import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { isOffline } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { useHouse, useSession } from '../api/queries.ts'
import { patchRow } from '../realtime/caches.ts'
import { useToasts } from '../shell/useToasts.ts'
import { useLeaving } from './leaving.ts'

/** What undoes a patch on this row. */
export function inverse(row: ConversationRow, patch: ConversationPatch): ConversationPatch {
  return {
    ...('ownerId' in patch ? { ownerId: row.ownerId } : {}),
    ...('snoozedUntil' in patch ? { snoozedUntil: row.snoozedUntil } : {}),
    ...('state' in patch ? { state: row.state } : {}),
  }
}

/** Assign, snooze, close, tag: seen at once, taken back when the server refuses, undone from the toast. */
export function useActions() {
  const api = useApi()
  const queries = useQueryClient()
  const toasts = useToasts()
  const leaving = useLeaving()
  const { me } = useSession()
  const { firstName } = useHouse()
  const { t } = useI18n()

  function find(id: string): ConversationRow | undefined {
    const view = queries.getQueryData<ConversationView>(keys.conversation(id))
    if (view) return view.row
    for (const [, data] of queries.getQueriesData<RowPages>({ queryKey: keys.allRows })) {
      for (const page of data?.pages ?? []) {
        const row = page.items.find(r => r.id === id)
        if (row) return row
      }
    }
  }
  const show = (row: ConversationRow) => patchRow(queries, row, me.value?.id ?? '', Date.now())

  function sentence(patch: ConversationPatch, n: number): string {
    if ('ownerId' in patch) return patch.ownerId ? t('toast.assigned', { name: firstName(patch.ownerId) ?? '', n }, n) : t('toast.unassigned', { n }, n)
    if ('snoozedUntil' in patch) return t(patch.snoozedUntil ? 'toast.snoozed' : 'toast.woken', { n }, n)
    return t(patch.state === 'closed' ? 'toast.closed' : 'toast.reopened', { n }, n)
  }
  function refused(error: unknown, before: ConversationRow[]) {
    for (const row of before) show(row)
    toasts.say(t(isOffline(error) ? 'toast.offline' : 'toast.refused'), { tone: 'danger' })
  }

  async function change(ids: string[], patch: ConversationPatch, quiet = false) {
    const before = ids.map(find).filter(row => row !== undefined)
    leaving.value = ids
    for (const row of before) show({ ...row, ...patch })
    if (!quiet) {
      toasts.say(sentence(patch, ids.length), { action: { label: t('common.undo'), run: () => { for (const row of before) void change([row.id], inverse(row, patch), true) } } })
    }
    try {
      if (ids.length === 1) await api.patchConversation(ids[0]!, patch)
      else await api.bulk({ ids, patch })
    }
    catch (error) { refused(error, before) }
    void queries.invalidateQueries({ queryKey: keys.queues })
  }

  async function tag(ids: string[], name: string) {
    const before = ids.map(find).filter(row => row !== undefined)
    for (const row of before) show({ ...row, tags: [...new Set([...row.tags, name])] })
    const fresh = before.filter(row => !row.tags.includes(name)).map(row => row.id)
    toasts.say(t('toast.tagged', { tag: name, n: ids.length }, ids.length), fresh.length > 0 ? { action: { label: t('common.undo'), run: () => { void api.bulk({ ids: fresh, patch: { removeTags: [name] } }) } } } : {})
    try { await api.bulk({ ids, patch: { addTags: [name] } }) }
    catch (error) { refused(error, before) }
  }

  return { change, tag }
}
