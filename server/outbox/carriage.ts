import type { Attachment } from '#contracts'
import type { ChannelCapabilities, OutboundMediaKind } from '#webhooks'

/** What a file may leave as, best first: a voice note that a network does not know as one is still a sound, and everything is a document. */
const kinds: Record<Attachment['kind'], readonly OutboundMediaKind[]> = {
  image: ['image', 'document'],
  video: ['video', 'document'],
  voice: ['voice', 'audio', 'document'],
  audio: ['audio', 'document'],
  document: ['document'],
  sticker: [],
}

/** As what a file leaves through a network: as what it is, else as the next best that the network takes of this type and size (bytes). Null when it takes it as nothing. */
export function carriedAs(file: { kind: Attachment['kind'], mime: string, bytes: number }, capabilities: Pick<ChannelCapabilities, 'media'>): OutboundMediaKind | null {
  return kinds[file.kind].find((kind) => {
    const limit = capabilities.media[kind]
    return limit !== undefined && file.bytes <= limit.maxBytes && (limit.mimes.includes('*/*') || limit.mimes.includes(file.mime))
  }) ?? null
}
