import type { ConversationView, MessageEntry, PieceView, SendBody } from '#contracts'
import type { useUploads } from './uploads.ts'
import { useQueryClient } from '@tanstack/vue-query'
import { StorageSerializers, useLocalStorage, useSessionStorage, useThrottleFn, useTimeoutFn } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { useSession } from '../api/queries.ts'
import { newClientId } from '../lib/ids.ts'
import { patchEntry } from '../realtime/caches.ts'
import { useRealtime } from '../realtime/useRealtime.ts'
import { useToasts } from '../shell/useToasts.ts'
import { replyLane } from './lanes.ts'
import { useOutbox } from './outbox.ts'
import { useDraft } from './useDraft.ts'

export type ComposerOptions = {
  view: () => ConversationView
  replyTo: () => MessageEntry | null
  uploads: ReturnType<typeof useUploads>
  onSent: () => void
}

type Shown = Partial<MessageEntry>

/** What is being written to one customer, and how it leaves. Files, pieces and words go as one message each, in that order. */
export function useComposer({ view, replyTo, uploads, onSent }: ComposerOptions) {
  const api = useApi()
  const queries = useQueryClient()
  const outbox = useOutbox()
  const toasts = useToasts()
  const realtime = useRealtime()
  const { me } = useSession()
  const { t } = useI18n()
  const conversationId = view().row.id
  const laneId = ref<string | null>(replyLane(view().lanes, null)?.id ?? null)
  const lane = computed(() => view().lanes.find(l => l.id === laneId.value) ?? null)
  // Null where there is nothing: then nothing is stored, or every conversation that is ever opened would leave something behind.
  const keptPieces = useSessionStorage<PieceView[] | null>(`loupe.pieces.${me.value?.id}.${conversationId}`, null, { serializer: StorageSerializers.object })
  const pieces = computed({ get: () => keptPieces.value ?? [], set: (chosen) => { keptPieces.value = chosen.length > 0 ? chosen : null } })
  // A note is never the beginning of a message: what is meant for colleagues has words and a place of its own.
  const keptNote = useLocalStorage<string | null>(`loupe.note.${conversationId}`, null)
  const note = computed({ get: () => keptNote.value ?? '', set: (words) => { keptNote.value = words === '' ? null : words } })
  const draft = useDraft({ api, conversationId, laneId, remote: computed(() => realtime.drafts.value[conversationId]) })

  // A customer who turns up on another lane is answered there, unless something is already being written.
  watch(() => replyLane(view().lanes, null)?.id, (next) => { if (next && draft.text.value === '') laneId.value = next })

  let sayTyping: ((typing: boolean) => void) | null = null
  const typingEnds = useTimeoutFn(() => sayTyping?.(false), 5000, { immediate: false })
  const typingBegins = useThrottleFn(() => sayTyping?.(true), 3000)
  function typing(begin: (id: string) => void, end: (id: string) => void) {
    sayTyping = is => is ? begin(conversationId) : end(conversationId)
    void typingBegins()
    typingEnds.start()
  }

  function dispatch(content: SendBody['content'], shown: Shown, extra: Partial<SendBody>) {
    const quoted = extra.replyTo ? replyTo() : null
    const body: SendBody = { clientId: newClientId(), laneId: laneId.value!, content, ...extra }
    void outbox.send(conversationId, body, {
      author: { kind: 'advisor', id: me.value?.id ?? null, name: me.value?.name ?? null },
      ...(quoted ? { replyTo: { id: quoted.id, preview: quoted.text ?? '', mine: quoted.direction === 'out' } } : {}),
      ...shown,
    })
  }

  function send(sendAt?: string, reason?: string) {
    const words = draft.text.value.trim()
    const common: Partial<SendBody> = { ...(sendAt ? { sendAt } : {}), ...(reason ? { override: { reason } } : {}) }
    const quote = replyTo() ? { replyTo: replyTo()!.id } : {}
    let sent = 0
    // All at once, on the lane that is chosen now: whatever happens next, the outbox has them, in the order in which they stand.
    const go = (content: SendBody['content'], shown: Shown) => dispatch(content, shown, { ...common, ...(sent++ === 0 ? quote : {}) })
    const files = uploads.items.value.map(item => item.attachment).filter(a => a !== null && a.id !== null)
    const chosen = pieces.value
    // Words belong under the first picture as its caption; a voice note takes none.
    const captioned = files.length === 1 && chosen.length === 0 && files[0]!.kind !== 'voice' && files[0]!.kind !== 'audio' && words.length <= 1024
    files.forEach((file, i) => {
      const caption = captioned && i === 0 && words ? words : null
      go({ kind: 'media', mediaId: file!.id!, ...(caption ? { caption } : {}) }, { kind: file!.kind, attachments: [file!], text: caption })
    })
    const withPieces = chosen.length > 0 && words.length <= 1024
    if (chosen.length > 0) go({ kind: 'pieces', pieceIds: chosen.map(p => p.id), ...(withPieces && words ? { text: words } : {}) }, { pieces: chosen, text: withPieces && words ? words : null })
    if (words && !captioned && !withPieces) go({ kind: 'text', text: words }, { text: words })
    draft.clear()
    uploads.clear()
    pieces.value = []
    typingEnds.stop()
    sayTyping?.(false)
    onSent()
    if (sendAt) toasts.say(t('toast.scheduled'))
  }

  async function sendNote() {
    const words = note.value.trim()
    if (!words) return
    note.value = ''
    try {
      patchEntry(queries, conversationId, await api.note(conversationId, { clientId: newClientId(), text: words }))
      onSent()
    }
    catch {
      note.value = words
      toasts.say(t('toast.refused'), { tone: 'danger' })
    }
  }

  function sendTemplate(template: { name: string, language: string, params: string[], preview: string }) {
    const { preview, ...content } = template
    dispatch({ kind: 'template', ...content }, { text: preview }, {})
    onSent()
  }

  return { text: draft.text, note, lane, laneId, pieces, send, sendNote, sendTemplate, typing }
}
