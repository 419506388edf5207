import type { Act } from '../../acts.ts'
import type { Faults } from '../../faults.ts'
import type { PhoneMessage } from '../../state/message.ts'
import type { Customer, World } from './world.ts'

/** What could not be done: what the simulator says of it, else a code that the page has words for. */
export class PhoneFailure extends Error {
  readonly code: 'failed' | 'tooLarge' | 'notUploaded' | 'noSticker'
  constructor(message: string | undefined, code: PhoneFailure['code']) {
    super(message ?? '')
    this.code = code
  }
}

/** Paths are relative: the page does not know where it is mounted. */
async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) })
  const answer: unknown = response.status === 204 ? undefined : await response.json()
  if (response.ok) return answer as T
  throw new PhoneFailure((answer as { error?: { message?: string } } | undefined)?.error?.message, 'failed')
}

export const api = {
  world: () => call<World>('GET', 'api/world'),
  thread: (personId: string, lineId: string) => call<{ messages: PhoneMessage[] }>('GET', `api/people/${encodeURIComponent(personId)}/thread/${encodeURIComponent(lineId)}`),
  act: (personId: string, lineId: string, act: Act) => call<{ id: string }>('POST', 'api/acts', { personId, lineId, act }),
  addPerson: (person: { name: string, phone?: string, instagram?: string }) => call<{ person: Customer }>('POST', 'api/people', person),
  murmur: (seconds: number) => call<{ mediaId: string, mime: string }>('POST', 'api/voice', { seconds }),
  show: (page: string, chat: { personId: string, lineId: string } | null) => call<void>('PUT', `api/phone/${page}`, { chat }),
  setFaults: (faults: Faults) => call<Faults>('PUT', 'control/faults', faults),
  async upload(file: Blob, name: string): Promise<{ mediaId: string, mime: string }> {
    const response = await fetch(`api/files?${new URLSearchParams({ mime: file.type || 'application/octet-stream', name })}`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: file })
    if (!response.ok) throw new PhoneFailure(undefined, response.status === 413 ? 'tooLarge' : 'notUploaded')
    return await response.json() as { mediaId: string, mime: string }
  },
}

export const fileUrl = (mediaId: string) => `api/files/${encodeURIComponent(mediaId)}`
export const pieceUrl = (sku: string) => `pieces/${encodeURIComponent(sku)}.svg`
