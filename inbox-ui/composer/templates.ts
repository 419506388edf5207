/** A template's text with its numbered places filled; an empty place shows as an ellipsis. */
export function fillTemplate(body: string, values: readonly string[]): string {
  return body.replaceAll(/\{\{\s*(\d+)\s*\}\}/g, (_, n: string) => values[Number(n) - 1]?.trim() || '…')
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
