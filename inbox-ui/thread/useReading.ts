import type { QueryClient } from '@tanstack/vue-query'
import type { Ref } from 'vue'
import type { ConversationRow } from '#contracts'
import type { Api } from '../api/client.ts'
import { useDocumentVisibility, useTimeoutFn } from '@vueuse/core'
import { watch } from 'vue'
import { patchRow } from '../realtime/caches.ts'

type ReadingOptions = { api: Pick<Api, 'read'>, queries: QueryClient, conversationId: string, row: Readonly<Ref<ConversationRow | undefined>> }

/** Marks a conversation read once it has been in sight for a moment: leafing through with J and K reads nothing. */
export function useReading({ api, queries, conversationId, row }: ReadingOptions): void {
  const visibility = useDocumentVisibility()
  const { start, stop } = useTimeoutFn(() => {
    if (!row.value?.unread) return
    patchRow(queries, { ...row.value, unread: 0 }, '', Date.now())
    api.read(conversationId).catch(() => {})
  }, 900, { immediate: false })
  watch([() => row.value?.unread ?? 0, visibility], ([unread, seen]) => {
    if (unread > 0 && seen === 'visible') start()
    else stop()
  }, { immediate: true })
}
