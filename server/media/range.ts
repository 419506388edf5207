/**
 * The first range of a `Range` header as `start` (inclusive) and `end` (exclusive), in bytes of a file of `size` bytes. Null when there is none or it is not
 * one, so that the whole file is sent (RFC 9110, 14.2).
 */
export function rangeOf(header: string | undefined, size: number): { start: number, end: number } | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  if (match[1] === '') {
    const last = Math.min(size, Number(match[2]))
    return last === 0 ? 'unsatisfiable' : { start: size - last, end: size }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1)
  return start >= size || end <= start ? 'unsatisfiable' : { start, end }
}
