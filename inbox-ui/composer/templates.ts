/** A stretch of a template's text. `open` is a place that nothing fills yet; `text` is then what belongs there. */
type TemplatePart = { text: string, open: boolean }

/** A template's text with its numbered places filled; one that is empty goes by the name of its parameter. */
export function templateParts(body: string, values: readonly string[], names: readonly string[]): TemplatePart[] {
  return body.split(/(\{\{\s*\d+\s*\}\})/).filter(Boolean).map((text) => {
    const place = /^\{\{\s*(\d+)\s*\}\}$/.exec(text)
    if (!place) return { text, open: false }
    const at = Number(place[1]) - 1
    const value = values[at]?.trim()
    return value ? { text: value, open: false } : { text: names[at] ?? '…', open: true }
  })
}

/** A template's text as one line of plain words. */
export function fillTemplate(body: string, values: readonly string[], names: readonly string[]): string {
  return templateParts(body, values, names).map(({ text, open }) => open ? `[${text}]` : text).join('')
}

/** What a template's parameters most likely mean, from their names; empty where nothing is known. */
export function guessParams(params: readonly string[], known: { name: string, piece: string | null, store: string | null }): string[] {
  return params.map((param) => {
    if (/name|customer/i.test(param)) return known.name.split(' ')[0] ?? ''
    if (/piece|product|item/i.test(param)) return known.piece ?? ''
    if (/store|shop|branch/i.test(param)) return known.store ?? ''
    return ''
  })
}
