/** Why a file is not even sent: a code of the words under `gold.problem`. */
export type FileProblem = 'spreadsheet' | 'too_large' | 'unreadable'

/** What the server takes at once. */
const mostBytes = 1_048_576
const spreadsheets = /\.(?:xlsx?|xlsm|xlsb|ods|numbers)$/i

/** The text of a table, or why it is none. Spreadsheets write "Unicode text" in UTF-16, which a mark at its beginning tells. */
export async function readTable(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<{ csv: string } | { problem: FileProblem }> {
  if (spreadsheets.test(file.name)) return { problem: 'spreadsheet' }
  if (file.size > mostBytes) return { problem: 'too_large' }
  let bytes: Uint8Array
  try { bytes = new Uint8Array(await file.arrayBuffer()) }
  catch { return { problem: 'unreadable' } }
  // A spreadsheet that was only renamed is still a zip archive.
  if (bytes[0] === 0x50 && bytes[1] === 0x4B) return { problem: 'spreadsheet' }
  return { csv: new TextDecoder(bytes[0] === 0xFF && bytes[1] === 0xFE ? 'utf-16le' : 'utf-8').decode(bytes) }
}

/** Prices over time as an SVG path in a box of `width` × `height`, from the lowest to the highest. */
export function pricePath(points: readonly { day: string, perGram: number }[], width: number, height: number): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || points.length < 2) return ''
  const from = Date.parse(first.day)
  const span = Math.max(1, Date.parse(last.day) - from)
  const prices = points.map(point => point.perGram)
  const low = Math.min(...prices)
  const range = Math.max(...prices) - low
  const n = (value: number) => Number(value.toFixed(1))
  return points.map(({ day, perGram }, i) => `${i === 0 ? 'M' : 'L'}${n((Date.parse(day) - from) / span * width)} ${n(range === 0 ? height / 2 : height - 1 - (perGram - low) / range * (height - 2))}`).join('')
}

/** A newest price so far from the last known one is seldom a move of the market: rather another unit or currency. */
export function isJump(known: number | null, perGram: number): boolean {
  return known !== null && (perGram > known * 1.3 || known > perGram * 1.3)
}
