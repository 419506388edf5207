/** A stretch of text; `whole`: no line may end within it. */
export type WholePart = { text: string, whole: boolean }

/** `R-221`, `RNG-10023`, `24-11-30`: short, so that it always fits on a line of its own. */
const number = /(?<![\p{L}\p{N}-])[\p{L}\p{N}]{1,6}(?:-\d[\p{L}\p{N}]{0,7}){1,2}(?![\p{L}\p{N}-])/gu

/** Text cut around what a browser would break at its hyphen although it is read as one: the number of a piece. */
export function wholeParts(text: string): WholePart[] {
  const parts: WholePart[] = []
  let last = 0
  for (const { 0: found, index } of text.matchAll(number)) {
    if (index > last) parts.push({ text: text.slice(last, index), whole: false })
    parts.push({ text: found, whole: true })
    last = index + found.length
  }
  if (last < text.length) parts.push({ text: text.slice(last), whole: false })
  return parts
}
