import type { Attachment } from '#contracts'
import { describe, expect, it } from 'vitest'
import { carriedAs } from './carriage.ts'

const megabyte = 1024 * 1024
const network = {
  media: {
    image: { maxBytes: 5 * megabyte, mimes: ['image/jpeg', 'image/png'] },
    audio: { maxBytes: 16 * megabyte, mimes: ['audio/ogg', 'audio/mp4'] },
    voice: { maxBytes: 16 * megabyte, mimes: ['audio/ogg'] },
    document: { maxBytes: 100 * megabyte, mimes: ['*/*'] },
  },
}
const pictures = { media: { image: network.media.image } }
const file = (kind: Attachment['kind'], mime: string, bytes = 1000) => ({ kind, mime, bytes })

describe('a file that leaves', () => {
  it('goes as what it is where the network takes it', () => {
    expect(carriedAs(file('image', 'image/png'), network)).toBe('image')
    expect(carriedAs(file('voice', 'audio/ogg'), network)).toBe('voice')
  })

  it('goes as the next best: a voice note of another coding as a sound, a large picture as a document', () => {
    expect(carriedAs(file('voice', 'audio/mp4'), network)).toBe('audio')
    expect(carriedAs(file('voice', 'audio/webm'), network)).toBe('document')
    expect(carriedAs(file('image', 'image/webp'), network)).toBe('document')
    expect(carriedAs(file('image', 'image/png', 6 * megabyte), network)).toBe('document')
    expect(carriedAs(file('video', 'video/quicktime'), network)).toBe('document')
  })

  it('stays where the network has no way for it', () => {
    expect(carriedAs(file('voice', 'audio/ogg'), pictures)).toBeNull()
    expect(carriedAs(file('image', 'image/png', 6 * megabyte), pictures)).toBeNull()
    expect(carriedAs(file('document', 'application/pdf', 101 * megabyte), network)).toBeNull()
    expect(carriedAs(file('sticker', 'image/webp'), network)).toBeNull()
  })
})
