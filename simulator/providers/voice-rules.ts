/** Sounds that WhatsApp takes. Source: Cloud API, Media, supported types; of Ogg it takes Opus on one channel only. */
const sounds = ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg']

/** Why WhatsApp refuses an upload of a sound, in its words; undefined for what it takes, and for any other file. */
export function soundFault(mime: string, bytes: Uint8Array): string | undefined {
  const type = mime.split(';')[0]?.trim() ?? ''
  if (!type.startsWith('audio/')) return undefined
  if (!sounds.includes(type)) return `(#100) Param file must be a file with one of the following types: ${sounds.join(', ')}. Received file of type '${type}'.`
  if (type !== 'audio/ogg') return undefined
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 36))
  const isOpus = head.startsWith('OggS') && head.slice(28) === 'OpusHead'
  // The head's tenth byte counts its channels.
  return isOpus && bytes[37] === 1 ? undefined : '(#100) Media upload error: audio/ogg must be Opus on one channel.'
}
