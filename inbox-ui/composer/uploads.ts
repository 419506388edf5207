import type { Attachment } from '#contracts'
import type { Api } from '../api/client.ts'
import type { Recorded } from './useVoiceRecorder.ts'
import { computed, ref } from 'vue'
import { mediaUrl } from '../api/client.ts'
import { newClientId } from '../lib/ids.ts'
import { shared } from '../lib/shared.ts'

export type UploadItem = {
  id: string
  /** Whom it was chosen or recorded for. */
  conversationId: string
  name: string
  kind: Attachment['kind']
  bytes: number
  /** Address of the file in this page, for showing it before it is there. */
  preview: string
  /** 0…1. */
  progress: number
  attachment: Attachment | null
  failed: boolean
}

/** What WhatsApp takes at most of each kind, bytes (Cloud API, supported media types). */
const limits: Record<string, number> = { image: 5_000_000, audio: 16_000_000, voice: 16_000_000, video: 16_000_000, document: 100_000_000 }

/** As many as one can still look over. */
export const mostFiles = 30

export function kindOf(mime: string): Attachment['kind'] {
  if (/^image\/(?:jpeg|png|webp)$/.test(mime)) return 'image'
  if (mime.startsWith('video/')) return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return 'document'
}

export function tooLarge(kind: Attachment['kind'], bytes: number): boolean {
  return bytes > (limits[kind] ?? Infinity)
}

/** What was not taken: names of files that no channel takes, and whether there were more than go at once. */
export type Refused = { tooLarge: string[], tooMany: boolean }

/** Browser's addresses of files, which hold them in memory until they are given back. */
type Addresses = Pick<typeof URL, 'createObjectURL' | 'revokeObjectURL'>

/** A file that the server has, as a reload finds it again. `at`: when it was there, milliseconds. */
type Kept = Pick<UploadItem, 'id' | 'conversationId' | 'name' | 'kind' | 'bytes'> & { attachment: Attachment, at: number }

/** The server lets go of what nobody sent after two days; what is offered here is still there when it leaves. */
const keptForMs = 36 * 3_600_000

export type UploadsOptions = {
  api: Pick<Api, 'upload'>
  /** Of this window alone: another one would not know that a file was sent from here. */
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  addresses?: Addresses
  now?: () => number
}

/**
 * Files and recordings on their way to the server, begun as soon as they are chosen. Each waits for its own conversation until it is sent or left out,
 * whatever is looked at meanwhile; what has arrived also outlives a reload.
 */
export function makeUploads({ api, storage, addresses = URL, now = Date.now }: UploadsOptions) {
  const items = ref<UploadItem[]>([])
  const running = new Map<string, { cancel: () => void }>()
  const files = new Map<string, { blob: Blob, waveform?: number[] }>()
  /** Where conversations went that became part of another one. */
  const moved = new Map<string, string>()
  /** When each file was there, milliseconds. */
  const arrived = new Map<string, number>()
  let owner = ''

  const place = () => `loupe.tray.${owner}`
  function keep() {
    if (owner === '') return
    const kept = items.value.flatMap(({ id, conversationId, name, kind, bytes, attachment }): Kept[] => attachment ? [{ id, conversationId, name, kind, bytes, attachment, at: arrived.get(id) ?? now() }] : [])
    if (kept.length === 0) storage.removeItem(place())
    else storage.setItem(place(), JSON.stringify(kept))
  }
  function found(): Kept[] {
    try { return (JSON.parse(storage.getItem(place()) ?? '[]') as Kept[]).filter(({ at }) => now() - at < keptForMs) }
    catch { return [] }
  }
  const of = (conversationId: string) => items.value.filter(item => item.conversationId === conversationId)
  function change(id: string, patch: Partial<UploadItem>) {
    items.value = items.value.map(item => item.id === id ? { ...item, ...patch } : item)
  }
  async function start(id: string) {
    const item = items.value.find(i => i.id === id)
    const file = files.get(id)
    if (!item || !file) return
    change(id, { failed: false, progress: 0 })
    const upload = api.upload(file.blob, item.name, { ...(file.waveform ? { waveform: file.waveform } : {}), onProgress: share => change(id, { progress: share }) })
    running.set(id, upload)
    try {
      change(id, { attachment: await upload.done, progress: 1 })
      arrived.set(id, now())
      keep()
    }
    catch { change(id, { failed: true }) }
    running.delete(id)
  }
  function add(chosenFor: string, list: Iterable<File | Recorded>): Refused {
    const conversationId = moved.get(chosenFor) ?? chosenFor
    const refused: Refused = { tooLarge: [], tooMany: false }
    for (const entry of list) {
      if (of(conversationId).length >= mostFiles) {
        refused.tooMany = true
        break
      }
      const isFile = entry instanceof File
      const blob = isFile ? entry : entry.blob
      const kind = isFile ? kindOf(entry.type) : 'voice'
      if (tooLarge(kind, blob.size)) {
        refused.tooLarge.push(entry.name)
        continue
      }
      const id = newClientId()
      files.set(id, isFile ? { blob } : { blob, waveform: entry.waveform })
      items.value = [...items.value, { id, conversationId, name: entry.name, kind, bytes: blob.size, preview: addresses.createObjectURL(blob), progress: 0, attachment: null, failed: false }]
      void start(id)
    }
    return refused
  }
  function remove(id: string) {
    running.get(id)?.cancel()
    const item = items.value.find(i => i.id === id)
    if (item) addresses.revokeObjectURL(item.preview)
    files.delete(id)
    arrived.delete(id)
    items.value = items.value.filter(i => i.id !== id)
    keep()
  }

  return {
    of,
    add,
    remove,
    retry: start,
    /** Lets go of all that waits in one conversation, because it was sent or because the conversation is no longer there. */
    clear(conversationId: string) { for (const { id } of of(conversationId)) remove(id) },
    /** Says who is at work here: they find what they left before a reload, and nothing of whoever was before them. */
    begin(userId: string) {
      if (owner === userId) return
      for (const { id } of items.value) remove(id)
      owner = userId
      for (const { at, ...kept } of found()) {
        arrived.set(kept.id, at)
        items.value = [...items.value, { ...kept, preview: mediaUrl(kept.attachment.id ?? ''), progress: 1, failed: false }]
      }
      keep()
    },
    /** Whether the page has something that would be lost with it: a file that the server does not have yet. */
    unfinished: () => items.value.some(item => item.attachment === null),
    /** The one conversation has become part of the other: what waits goes along, and so does what was still being recorded and comes for the one afterwards. */
    move(from: string, to: string) {
      items.value = items.value.map(item => item.conversationId === from ? { ...item, conversationId: to } : item)
      for (const [before, into] of moved) {
        if (into === from) moved.set(before, to)
      }
      moved.set(from, to)
      keep()
    },
    /** A conversation that is looked at stands by itself, though it may have been part of another one before. */
    open(conversationId: string) { moved.delete(conversationId) },
  }
}
export type Uploads = ReturnType<typeof makeUploads>

const uploads = shared<Uploads>('uploads')
export const provideUploads = uploads.provide
export const useAllUploads = uploads.use

/** What waits in one conversation. */
export function useUploads(conversationId: string) {
  const all = useAllUploads()
  all.open(conversationId)
  const items = computed(() => all.of(conversationId))
  return {
    items,
    ready: computed(() => items.value.every(item => item.attachment !== null)),
    add: (list: Iterable<File | Recorded>) => all.add(conversationId, list),
    remove: all.remove,
    retry: all.retry,
    clear: () => all.clear(conversationId),
  }
}
