import type { Attachment } from '#contracts'
import { fileTypeFromBuffer } from 'file-type'

/** Types that a browser shows without running anything. Everything else is handed out as a download. */
const inline: ReadonlySet<string> = new Set([
  'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif',
  'audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/amr', 'audio/wav', 'audio/x-m4a', 'audio/webm',
  'video/mp4', 'video/3gpp', 'video/webm', 'video/quicktime',
])

/** Documents that a house exchanges; anything else is kept but named as bytes. */
const documents: ReadonlySet<string> = new Set([
  'application/pdf', 'text/plain', 'text/csv', 'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
])

/** What a file is, read from its own bytes; what its sender says only counts for documents, which have no reliable mark. */
export async function sniff(bytes: Uint8Array, claimed: string | undefined): Promise<{ mime: string, kind: Attachment['kind'] }> {
  const found = await fileTypeFromBuffer(bytes)
  const base = (claimed ?? '').split(';')[0]!.trim().toLowerCase()
  const mime = normalise(found?.mime ?? (documents.has(base) ? base : 'application/octet-stream'), base)
  return { mime, kind: kindOf(mime) }
}

/** Ogg, WebM and MP4 carry sound or pictures alike; there the sender's word decides which. */
function normalise(found: string, claimed: string): string {
  const bare = found.split(';')[0]!.trim()
  if (bare === 'video/webm' && claimed.startsWith('audio/')) return 'audio/webm'
  if (bare === 'video/mp4' && claimed.startsWith('audio/')) return 'audio/mp4'
  if (bare === 'video/ogg' && claimed.startsWith('audio/')) return 'audio/ogg'
  return bare === 'audio/vnd.wave' ? 'audio/wav' : bare
}

function kindOf(mime: string): Attachment['kind'] {
  if (mime.startsWith('image/') && inline.has(mime)) return 'image'
  if (mime.startsWith('video/')) return 'video'
  if (mime.startsWith('audio/')) return 'audio'
  return 'document'
}

/** Whether a browser may show it in the page. */
export function showsInline(mime: string): boolean {
  return inline.has(mime) || mime === 'application/pdf'
}
