/** Lines of a message that are shown before the rest is folded away. The class of the paragraph says the same. */
const shownLines = 25
/** Letters that so many lines hold at least, on the narrowest screen and in the widest script. */
const fewestLetters = shownLines * 14

/** Whether a message may be longer than what is shown of it at once; only the page's width tells whether it is. Cheap, because it is asked of every message. */
export function mayFold(text: string): boolean {
  return text.length > fewestLetters || text.split('\n').length > shownLines
}
