import type { Quality } from '../metrics.ts'

/** A calibration plot as SVG: promised against happened, one line a series, the diagonal for truth. Readable on light and dark. */
export function calibrationPlot(title: string, series: readonly { name: string, quality: Quality }[]): string {
  const size = 320
  const left = 56
  const top = 44
  const most = Math.max(0.05, ...series.flatMap(({ quality }) => quality.bins.flatMap(bin => [bin.p, bin.rate])))
  const end = Math.min(1, Math.ceil(most * 10) / 10)
  const x = (p: number) => (left + p / end * size).toFixed(1)
  const y = (p: number) => (top + size - p / end * size).toFixed(1)
  const percent = (p: number) => `${Math.round(p * 100)} %`
  const ticks = Array.from({ length: 6 }, (_, i) => end * i / 5)
  const grid = ticks.map(t => `<path class="grid" d="M${x(0)} ${y(t)}H${x(end)}M${x(t)} ${y(0)}V${y(end)}"/><text x="${left - 8}" y="${Number(y(t)) + 4}" text-anchor="end">${percent(t)}</text><text x="${x(t)}" y="${top + size + 18}" text-anchor="middle">${percent(t)}</text>`).join('')
  const marks = ['circle', 'square', 'diamond'] as const
  const mark = (kind: typeof marks[number], cx: string, cy: string, r: number) => {
    if (kind === 'circle') return `<circle cx="${cx}" cy="${cy}" r="${r}"/>`
    const turn = kind === 'diamond' ? ` transform="rotate(45 ${cx} ${cy})"` : ''
    return `<rect x="${(Number(cx) - r).toFixed(1)}" y="${(Number(cy) - r).toFixed(1)}" width="${2 * r}" height="${2 * r}"${turn}/>`
  }
  const lines = series.map(({ quality }, i) => {
    const points = quality.bins.map(bin => `${x(bin.p)} ${y(bin.rate)}`)
    return `<g class="s${i}"><path d="M${points.join('L')}"/>${quality.bins.map(bin => mark(marks[i % 3]!, x(bin.p), y(bin.rate), 4)).join('')}</g>`
  }).join('')
  const legend = series.map(({ name }, i) => `<g class="s${i}">${mark(marks[i % 3]!, String(left + 12), String(top + 16 + i * 20), 4)}</g><text x="${left + 24}" y="${top + 20 + i * 20}">${name}</text>`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + size + 24} ${top + size + 52}" role="img" aria-label="${title}">
<style>text{font:12px system-ui,sans-serif;fill:#211c18}.title{font-size:14px}.grid{stroke:#e6dfd6;fill:none}.true{stroke:#756b62;stroke-dasharray:4 4}path{fill:none;stroke-width:1.5}.s0{fill:#7c2033;stroke:#7c2033}.s1{fill:#a9701b;stroke:#a9701b}.s2{fill:#2f5d8a;stroke:#2f5d8a}rect.page{fill:#fffdfa}
@media(prefers-color-scheme:dark){text{fill:#f1ebe4}.grid{stroke:#2e2724}.true{stroke:#a69b91}.s0{fill:#e08b98;stroke:#e08b98}.s1{fill:#dcae62;stroke:#dcae62}.s2{fill:#8db8e2;stroke:#8db8e2}rect.page{fill:#1a1716}}</style>
<rect class="page" width="100%" height="100%"/><text class="title" x="${left}" y="24">${title}</text>${grid}
<path class="true" d="M${x(0)} ${y(0)}L${x(end)} ${y(end)}"/>${lines}${legend}
<text x="${left + size / 2}" y="${top + size + 40}" text-anchor="middle">promised</text><text transform="translate(14 ${top + size / 2}) rotate(-90)" text-anchor="middle">happened</text>
</svg>
`
}
