/** One line of the table: what works of a kind, and what is refused with which code. */
export interface Row { area: string, works: readonly string[], refused: readonly { name: string, code: number }[] }

export const BEGIN = '<!-- The table is made by tests/datastore/compatibility: begin -->'
export const END = '<!-- end -->'

const distinct = (names: readonly string[]): string[] => [...new Set(names)].sort((a, b) => a.replace('$', '') < b.replace('$', '') ? -1 : 1)

const quoted = (name: string): string => /^\$?\w+$/.test(name) ? `\`${name}\`` : name

/** The table in Markdown, between its marks. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ area, works, refused }) => {
    const byCode = new Map<number, string[]>()
    for (const { name, code } of refused)
      byCode.set(code, [...byCode.get(code) ?? [], name])
    const refusals = [...byCode].sort(([a], [b]) => a - b).map(([code, names]) => `${code}: ${distinct(names).map(quoted).join(', ')}`)
    return `| ${area} | ${distinct(works).map(quoted).join(', ')} | ${refusals.join('<br>')} |`
  })
  return [BEGIN, '', '| area | works | refused, by code |', '| --- | --- | --- |', ...lines, '', END].join('\n')
}
