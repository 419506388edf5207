import type { Attachment } from '#contracts'
import { oggSeconds } from './opus/ogg-length.ts'
import { oggOfWebm } from './opus/remux.ts'
import { sniff } from './sniff.ts'
import { readWav } from './wav.ts'

/** A file as it is kept: what it is, its bytes, and what the thread can draw of it before it plays. */
export interface Prepared {
  mime: string
  kind: Attachment['kind']
  bytes: Uint8Array
  sound: Pick<Attachment, 'seconds' | 'waveform'>
}

/** What can be told of a sound from its file: the length of WAV and of Ogg with Opus, the loudness over time of WAV. */
export function soundOf(mime: string, bytes: Uint8Array): Prepared['sound'] {
  if (mime === 'audio/wav') return readWav(bytes) ?? {}
  const seconds = mime === 'audio/ogg' ? oggSeconds(bytes) : null
  return seconds === null ? {} : { seconds }
}

/**
 * Makes a file ready to be kept and sent. A sound that a browser recorded into WebM goes into Ogg, unchanged in itself, because no network takes WebM.
 * `claimed` is what its sender calls it.
 */
export async function prepare(bytes: Uint8Array, claimed: string | undefined): Promise<Prepared> {
  const { mime, kind } = await sniff(bytes, claimed)
  const ogg = mime === 'audio/webm' ? oggOfWebm(bytes) : null
  if (ogg) return { mime: 'audio/ogg', kind, bytes: ogg, sound: soundOf('audio/ogg', ogg) }
  return { mime, kind, bytes, sound: soundOf(mime, bytes) }
}

/** The file's name with the ending that its type has, where it was put into another one. */
export function nameFor(filename: string, mime: string): string {
  return mime === 'audio/ogg' ? filename.replace(/\.webm$/i, '.ogg') : filename
}
