import { isJson } from './json-check.ts'

/** Up to this many bytes JSON is read before the answer: it takes a few microseconds for an ordinary webhook. */
const readUpTo = 65_536

/**
 * Whether a body is what its content type says. An ordinary one is read; a large one is told from its ends alone: what then turns out to be nonsense is
 * kept and shown instead of refused.
 */
export function looksRight(body: Buffer, contentType: string): boolean {
  if (body.length === 0) return false
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return body.includes(0x3D) && body[0] !== 0x7B && body[0] !== 0x5B
  return body.length > readUpTo ? bracketed(body) : isJson(body)
}

function bracketed(body: Buffer): boolean {
  let first = 0
  let last = body.length - 1
  while (first < last && isSpace(body[first]!)) first++
  while (last > first && isSpace(body[last]!)) last--
  // { and }, or [ and ]: the second is two code points after the first.
  return (body[first] === 0x7B || body[first] === 0x5B) && body[last] === body[first]! + 2
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0D)
}
