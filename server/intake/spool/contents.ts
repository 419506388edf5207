import type { Accepted } from '../parcels.ts'
import { Buffer } from 'node:buffer'
import { z } from 'zod'

/** Deliveries that were accepted together. */
export interface Group {
  /** Milliseconds since the epoch. */
  receivedAt: number
  deliveries: Accepted[]
}

/** What is written before the bodies. */
const List = z.object({
  receivedAt: z.number(),
  deliveries: z.array(z.object({ adapter: z.string(), contentType: z.string(), bytes: z.number(), digest: z.base64().optional() })),
})

/** What a record of the spool consists of: the length of a list in four bytes, the list as JSON, and the bodies of its deliveries. */
export function contentOf(deliveries: readonly Accepted[], receivedAt: number): Buffer[] {
  const list: z.input<typeof List> = { receivedAt, deliveries: deliveries.map(({ adapter, contentType, body, digest }) => ({ adapter, contentType, bytes: body.length, digest: digest?.toString('base64') })) }
  const text = Buffer.from(JSON.stringify(list))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32LE(text.length)
  return [length, text, ...deliveries.map(({ body }) => body)]
}

/** The deliveries of a record. */
export function groupIn(content: Buffer): Group {
  let at = 4 + content.readUInt32LE()
  const { receivedAt, deliveries } = List.parse(JSON.parse(content.toString('utf8', 4, at)))
  return {
    receivedAt,
    deliveries: deliveries.map(({ adapter, contentType, bytes, digest }) => ({
      adapter,
      contentType,
      body: content.subarray(at, at += bytes),
      digest: digest === undefined ? undefined : Buffer.from(digest, 'base64'),
    })),
  }
}
