/** A stretch of a message that is shown in one way. */
export type TextPart = { text: string, style?: 'bold' | 'italic' | 'strike' | 'mono', href?: string }

const marks = { '*': 'bold', '_': 'italic', '~': 'strike', '`': 'mono' } as const
/** A web address, or a mark of WhatsApp's around words on one line. */
const pattern = /(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])|(?<![\w*~`])([*_~`])(\S(?:[^\n]*?\S)?)\2(?![\w*~`])/g

/** A message as WhatsApp shows it: *bold*, _italic_, ~struck~, `fixed` and addresses as links. Nothing else is markup, so nothing can be smuggled in. */
export function formatText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let last = 0
  for (const match of text.matchAll(pattern)) {
    const [whole, href, mark, words] = match
    if (match.index > last) parts.push({ text: text.slice(last, match.index) })
    if (href) parts.push({ text: href, href })
    else if (mark && words) parts.push({ text: words, style: marks[mark as keyof typeof marks] })
    last = match.index + whole.length
  }
  if (last < text.length) parts.push({ text: text.slice(last) })
  return parts
}

/** The same message where there is only room for its words, as in a quote or the last line of a row: without the marks, also those within others. */
export function withoutMarks(text: string): string {
  return formatText(text).map(part => part.style === undefined ? part.text : withoutMarks(part.text)).join('')
}
