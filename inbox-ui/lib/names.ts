/** Up to two letters that stand for a name, whole characters in every script. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return chosen.map(word => [...segments.segment(word ?? '')][0]?.segment ?? '').join('').toUpperCase()
}
