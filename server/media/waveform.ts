import type { Multipart } from '@fastify/multipart'
import type { Attachment } from '#contracts'
import { z } from 'zod'

const hundredths = (level: number) => Math.round(level * 100) / 100
const Waveform = z.array(z.number().min(0).max(1).transform(hundredths)).min(1).max(64)

/** How loud a recording was, as the recorder heard it: a JSON list of up to 64 values, 0…1, in a field of the form. What is none is left out. */
export function waveformOf(field: Multipart | Multipart[] | undefined): Pick<Attachment, 'waveform'> {
  if (!field || Array.isArray(field) || field.type !== 'field' || typeof field.value !== 'string') return {}
  try { return { waveform: Waveform.parse(JSON.parse(field.value.slice(0, 1000))) } }
  catch { return {} }
}
