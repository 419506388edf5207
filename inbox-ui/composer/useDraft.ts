import type { Ref } from 'vue'
import type { DraftView } from '#contracts'
import type { Api } from '../api/client.ts'
import { useDebounceFn, useEventListener } from '@vueuse/core'
import { onScopeDispose, ref, watch } from 'vue'

export type DraftOptions = {
  api: Pick<Api, 'draft' | 'saveDraft'>
  conversationId: string
  laneId: Readonly<Ref<string | null>>
  /** Drafts that other devices of this person saved. */
  remote: Readonly<Ref<DraftView | undefined>>
  storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  now?: () => number
}

type Local = { text: string, at: number }

/** Which of two drafts to go on with: the one written last; an empty one never wins over words not yet saved. */
export function newerDraft(local: Local | null, remote: DraftView | null): string {
  const saved = remote?.updatedAt ? Date.parse(remote.updatedAt) : 0
  if (local && local.at >= saved) return local.text
  return remote?.text ?? local?.text ?? ''
}

const placeOf = (conversationId: string) => `loupe.draft.${conversationId}`

/** Puts words back into the draft of a conversation that is not open any more, before what is there. */
export function keepForLater(conversationId: string, words: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage, now = Date.now): void {
  const there = localDraft(storage, conversationId)?.text
  storage.setItem(placeOf(conversationId), JSON.stringify({ text: there ? `${words}\n${there}` : words, at: now() } satisfies Local))
}

function localDraft(storage: Pick<Storage, 'getItem'>, conversationId: string): Local | null {
  try { return JSON.parse(storage.getItem(placeOf(conversationId)) ?? 'null') as Local | null }
  catch { return null }
}

/**
 * The words being written. Kept on this device with every key, on the server a moment later; what another device writes comes
 * in as long as nobody is typing here.
 */
export function useDraft({ api, conversationId, laneId, remote, storage = localStorage, now = Date.now }: DraftOptions) {
  const place = placeOf(conversationId)
  const text = ref('')
  let savedText = ''
  let typedAt = 0

  const readLocal = () => localDraft(storage, conversationId)
  function take(next: string) {
    savedText = next
    text.value = next
  }
  take(readLocal()?.text ?? '')
  api.draft(conversationId).then((draft) => {
    if (typedAt === 0) take(newerDraft(readLocal(), draft))
  }, () => {})

  async function saveNow() {
    if (text.value === savedText) return
    // Its conversation became part of another one, and the words went along.
    if (text.value !== '' && readLocal() === null) return
    const sent = text.value
    try {
      await api.saveDraft(conversationId, { text: sent, laneId: laneId.value })
      savedText = sent
      if (text.value === sent) storage.removeItem(place)
    }
    catch {
      // It stays on this device and goes with the next save.
    }
  }
  /** One after the other: a save that is overtaken would bring back words that were sent meanwhile. */
  let saved = Promise.resolve()
  function save(): Promise<void> {
    saved = saved.then(saveNow)
    return saved
  }
  const saveSoon = useDebounceFn(save, 800)

  watch(text, (next) => {
    if (next === savedText) return
    typedAt = now()
    storage.setItem(place, JSON.stringify({ text: next, at: typedAt } satisfies Local))
    void saveSoon()
  })
  watch(remote, (draft) => {
    if (!draft || draft.text === text.value || now() - typedAt < 4000) return
    storage.removeItem(place)
    take(draft.text)
  })
  useEventListener('pagehide', () => { void save() })
  onScopeDispose(() => { void save() })

  return {
    text,
    /** After sending: nothing is left to keep, here or there. */
    clear() {
      text.value = ''
      storage.removeItem(place)
      void save()
    },
  }
}
