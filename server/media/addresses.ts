import type { Context } from '../platform/context.ts'
import { createHmac } from 'node:crypto'
import { derive, sameText } from '../platform/encryption.ts'

/** How long a provider may fetch a file by its address, in milliseconds: it does so within seconds, and again within minutes when it failed. */
export const goodForMs = 30 * 60_000

/** Where these addresses stand. */
export const publicMediaPath = '/media'

const pattern = /^([\w-]{1,64})\.([0-9a-z]{1,10})\.([\w-]{43})$/

/** The signature over what an address says: HMAC-SHA256 under a key that follows from the house's secret and is used for nothing else. */
function signature(secret: string, id: string, until: string): string {
  return createHmac('sha256', derive(secret, 'loupe public media', 32)).update(`${id}.${until}`).digest('base64url')
}

/** What names a file in a public address: its id and until when it is good, signed. `now` in milliseconds. */
export function mediaToken(secret: string, id: string, now: number): string {
  const until = Math.ceil((now + goodForMs) / 1000).toString(36)
  return `${id}.${until}.${signature(secret, id, until)}`
}

/** The file that a token names; null for one that we did not make, and for one whose time is over. */
export function mediaOfToken(secret: string, token: string, now: number): string | null {
  const [, id, until, given] = pattern.exec(token) ?? []
  if (id === undefined || until === undefined || given === undefined) return null
  if (!sameText(given, signature(secret, id, until))) return null
  return Number.parseInt(until, 36) * 1000 > now ? id : null
}

/** Address at which a provider may fetch a file of ours for half an hour, without being known to us. Whoever has it can fetch the file, so that it goes to nobody else. */
export function publicMediaUrl(ctx: Context, id: string): string {
  return `${ctx.config.publicUrl}${publicMediaPath}/${mediaToken(ctx.config.secret, id, ctx.now())}`
}
