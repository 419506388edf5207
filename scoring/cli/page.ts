/** The text between the two marks of a page, replaced. Throws when the page has no such place. */
export function replaced(page: string, name: string, text: string): string {
  const open = `<!-- ${name} -->`
  const close = `<!-- /${name} -->`
  const from = page.indexOf(open)
  const to = page.indexOf(close)
  if (from < 0 || to < from) throw new Error(`docs/scoring.md has no place marked ${name}`)
  return `${page.slice(0, from + open.length)}\n${text}\n${page.slice(to)}`
}
