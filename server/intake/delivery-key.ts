import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'

/** How far into a body a time is looked for: providers write one near its beginning. */
const lookInto = 2048
/** Seconds or milliseconds since the epoch, of the years from 2001 to 2033, as a number by itself: longer ones are ids and telephone numbers. */
const aTime = /(?<!\d)1\d{9}(?=(?:\d{3})?(?!\d))/

/**
 * What the provider's second try finds the first by: a time that stands in the body, the adapter's name, and a digest of the body, which is `digest` where the
 * check of the signature has made one, or else its SHA-256. The time tells nothing that the digest does not; it makes keys of deliveries that
 * come together lie together in their index, so that a transaction changes few of its pages.
 */
export function deliveryKey(adapter: string, body: Buffer, digest: Buffer = hash('sha256', body, 'buffer')): Buffer {
  const key = Buffer.allocUnsafe(4 + adapter.length + digest.length)
  key.writeUInt32BE(timeIn(body))
  key.write(adapter, 4, 'latin1')
  digest.copy(key, 4 + adapter.length)
  return key
}

function timeIn(body: Buffer): number {
  return Number(aTime.exec(body.toString('latin1', 0, lookInto))?.[0] ?? 0)
}
