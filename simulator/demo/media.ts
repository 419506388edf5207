import type { MediaSource } from '../state/media-shelf.ts'
import { readPhoto } from '../media/photos.ts'
import { voiceNote } from '../media/voice.ts'

/** The files of the demo house by their ids: a voice note is made, a photograph read, when somebody asks for it. */
export const demoMedia: MediaSource = (id) => {
  const voice = /^demo-voice-([\w-]+)-(\d{1,3})$/.exec(id)
  if (voice) return { mime: 'audio/wav', bytes: voiceNote(voice[1] ?? '', Number(voice[2])) }
  const photo = /^demo-photo-([\w-]+)$/.exec(id)
  const bytes = photo && readPhoto(photo[1] ?? '')
  return bytes ? { mime: 'image/jpeg', bytes } : undefined
}
