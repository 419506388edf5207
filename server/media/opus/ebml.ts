/** An element of an EBML file: its id with the length marker, and where its data lies. Source: RFC 8794. */
export interface EbmlElement { id: number, start: number, end: number }

/** First bytes of every EBML file. */
const header = 0x1A45DFA3

/** A number of variable length: the count of leading zeros says how many bytes it has. `keep` leaves the marker in, as ids have it. Null past the end. */
function readVint(bytes: Uint8Array, at: number, longest: number, keep: boolean): { value: number, length: number, unknown: boolean } | null {
  const first = bytes[at]
  if (first === undefined || first === 0) return null
  const length = Math.clz32(first) - 23
  if (length > longest || at + length > bytes.length) return null
  let value = keep ? first : first & (0xFF >> length)
  let ones = (first | (0xFF00 >> length) & 0xFF) === 0xFF
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!
    value = value * 256 + byte
    ones &&= byte === 0xFF
  }
  return { value, length, unknown: ones }
}

/** The number of a block's track, and how many bytes it takes. Null when the block ends before it. */
export function readTrackNumber(bytes: Uint8Array, at: number): { value: number, length: number } | null {
  return readVint(bytes, at, 8, false)
}

/**
 * The elements of an EBML file in the order in which they stand. Those whose id is in `masters` are entered, so that their children follow them; where
 * such an element ends is not told, for a recorder that could not go back does not know it either. Stops without a word where the file is cut off or is none.
 */
export function* ebmlElements(bytes: Uint8Array, masters: ReadonlySet<number>): Generator<EbmlElement> {
  if (readVint(bytes, 0, 4, true)?.value !== header) return
  for (let at = 0; at < bytes.length;) {
    const id = readVint(bytes, at, 4, true)
    const size = id && readVint(bytes, at + id.length, 8, false)
    if (!id || !size) return
    const start = at + id.length + size.length
    const entered = masters.has(id.value)
    const end = size.unknown ? bytes.length : start + size.value
    if (!entered && (size.unknown || end > bytes.length)) return
    yield { id: id.value, start, end: Math.min(end, bytes.length) }
    at = entered ? start : end
  }
}
