import type { MessageEntry } from '#contracts'
import type { ThreadPages } from '../realtime/entries.ts'
import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { keys } from '../api/keys.ts'
import { useOutbox } from '../composer/outbox.ts'
import { newClientId } from '../lib/ids.ts'
import { patchEntry } from '../realtime/caches.ts'
import { isLocal, removeEntry } from '../realtime/entries.ts'
import { useToasts } from '../shell/useToasts.ts'

export type MessageActions = {
  reply: (entry: MessageEntry) => void
  react: (entry: MessageEntry, emoji: string | null) => Promise<void>
  retry: (entry: MessageEntry) => Promise<void>
  takeBack: (entry: MessageEntry) => Promise<void>
  copy: (entry: MessageEntry) => Promise<void>
}

type Hooks = { reply: (entry: MessageEntry) => void, restore: (text: string) => void }

/** What can be done with one message. */
export function useMessageActions(conversationId: string, hooks: Hooks): MessageActions {
  const api = useApi()
  const queries = useQueryClient()
  const outbox = useOutbox()
  const toasts = useToasts()
  const { t } = useI18n()

  return {
    reply: hooks.reply,
    async react(entry, emoji) {
      const others = entry.reactions.filter(r => !r.mine)
      patchEntry(queries, conversationId, { ...entry, reactions: emoji ? [...others, { emoji, mine: true }] : others })
      try {
        await api.send(conversationId, { clientId: newClientId(), laneId: entry.laneId, content: { kind: 'reaction', emoji, messageId: entry.id } })
      }
      catch {
        patchEntry(queries, conversationId, entry)
        toasts.say(t('toast.refused'), { tone: 'danger' })
      }
    },
    async retry(entry) {
      if (isLocal(entry)) {
        await outbox.resend(entry.clientId ?? '')
        return
      }
      patchEntry(queries, conversationId, { ...entry, status: 'queued', failure: null })
      try { patchEntry(queries, conversationId, await api.retry(conversationId, entry.id)) }
      catch {
        patchEntry(queries, conversationId, entry)
        toasts.say(t('toast.refused'), { tone: 'danger' })
      }
    },
    /** The words go back into the composer: taking back is for mending, seldom for silence. */
    async takeBack(entry) {
      if (isLocal(entry)) {
        outbox.discard(entry.clientId ?? '')
        if (entry.text) hooks.restore(entry.text)
        return
      }
      queries.setQueryData<ThreadPages>(keys.thread(conversationId), data => removeEntry(data, entry.id))
      try {
        await api.takeBack(conversationId, entry.id)
        if (entry.text) hooks.restore(entry.text)
      }
      catch {
        // Only this one comes back: others may have come meanwhile.
        patchEntry(queries, conversationId, { ...entry, undoUntil: null })
        toasts.say(t('toast.tooLate'), { tone: 'danger' })
      }
    },
    async copy(entry) {
      await navigator.clipboard.writeText(entry.text ?? '')
      toasts.say(t('toast.copied'), { ms: 2000 })
    },
  }
}
