import type { Simulation } from '../simulation.ts'
import type { MediaFile } from '../state/media-shelf.ts'
import { Buffer } from 'node:buffer'

const mostBytes = 16 * 1024 * 1024
const patienceMs = 10_000

/** Fetches a file that the house offers at its own address, as Instagram and Twilio do. Undefined for any other address, and for what cannot be had. */
export async function fetchFromHouse(simulation: Simulation, url: string): Promise<MediaFile | undefined> {
  const { loupeUrl, publicUrl } = simulation.settings
  if (!URL.canParse(url)) return undefined
  const { origin, pathname, search } = new URL(url)
  if (![loupeUrl, publicUrl].some(own => own !== undefined && new URL(own).origin === origin)) return undefined
  try {
    const answer = await fetch(new URL(pathname + search, loupeUrl), { signal: AbortSignal.any([simulation.stopped, AbortSignal.timeout(patienceMs)]), redirect: 'error' })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (!answer.ok || bytes.length > mostBytes) return undefined
    const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1]
    return simulation.shelf.put({ mime: answer.headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream', bytes, ...(named ? { filename: decodeURIComponent(named) } : {}) })
  }
  catch {
    return undefined
  }
}
