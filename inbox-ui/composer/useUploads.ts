import type { Attachment } from '#contracts'
import type { Api } from '../api/client.ts'
import type { Recorded } from './useVoiceRecorder.ts'
import { computed, onScopeDispose, ref } from 'vue'
import { newClientId } from '../lib/ids.ts'

export type UploadItem = {
  id: string
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
const most = 30

export function kindOf(mime: string): Attachment['kind'] {
  if (/^image\/(?:jpeg|png|webp)$/.test(mime)) return 'image'
  if (mime.startsWith('video/')) return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return 'document'
}

export function tooLarge(kind: Attachment['kind'], bytes: number): boolean {
  return bytes > (limits[kind] ?? Infinity)
}

/** Files on their way to the server, begun as soon as they are chosen. */
export function useUploads(api: Pick<Api, 'upload'>, refused: { tooLarge: (name: string) => void, tooMany: (most: number) => void }) {
  const items = ref<UploadItem[]>([])
  const running = new Map<string, { cancel: () => void }>()
  const files = new Map<string, { blob: Blob, waveform?: number[] }>()

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
    try { change(id, { attachment: await upload.done, progress: 1 }) }
    catch { change(id, { failed: true }) }
    running.delete(id)
  }
  function add(list: Iterable<File | Recorded>) {
    for (const entry of list) {
      if (items.value.length >= most) { refused.tooMany(most); return }
      const isFile = entry instanceof File
      const blob = isFile ? entry : entry.blob
      const kind = isFile ? kindOf(entry.type) : 'voice'
      if (tooLarge(kind, blob.size)) { refused.tooLarge(entry.name); continue }
      const id = newClientId()
      files.set(id, isFile ? { blob } : { blob, waveform: entry.waveform })
      items.value = [...items.value, { id, name: entry.name, kind, bytes: blob.size, preview: URL.createObjectURL(blob), progress: 0, attachment: null, failed: false }]
      void start(id)
    }
  }
  function remove(id: string) {
    running.get(id)?.cancel()
    const item = items.value.find(i => i.id === id)
    if (item) URL.revokeObjectURL(item.preview)
    files.delete(id)
    items.value = items.value.filter(i => i.id !== id)
  }
  function clear() { for (const item of [...items.value]) remove(item.id) }
  onScopeDispose(clear)

  return { items, add, remove, clear, retry: start, ready: computed(() => items.value.every(i => i.attachment !== null)) }
}
