import type { Metal, Stone } from './palette.ts'
import { cabochon, claws, gem, jadeTones, metalBead } from './gems.ts'
import { metalGradient, metals } from './palette.ts'

export type WristDesign
  = | { kind: 'jade', tones?: readonly [string, string, string] }
    | { kind: 'bangle', metal: Metal, stone?: Stone }
    | { kind: 'stack', metal: Metal, stone: Stone }
    | { kind: 'kada', metal: Metal, stone: Stone }
    | { kind: 'tennis', metal: Metal, stone: Stone }
    | { kind: 'cuff', metal: Metal }

const cx = 200

/** A hoop seen from slightly above: the near side is broader than the far one. */
function hoop(cy: number, rx: number, ry: number, near: number, far: number, fill: string, edge: string): string {
  const [innerRy, innerCy] = [ry - (near + far) / 2, cy - (near - far) / 2]
  return `<path fill-rule="evenodd" d="M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${rx * 2} 0a${rx} ${ry} 0 1 0 ${-rx * 2} 0ZM${cx - rx + far} ${innerCy}a${rx - far} ${innerRy} 0 1 0 ${(rx - far) * 2} 0a${rx - far} ${innerRy} 0 1 0 ${-(rx - far) * 2} 0Z" fill="${fill}" stroke="${edge}" stroke-width="1.2"/>`
}

const onHoop = (cy: number, rx: number, ry: number, turn: number) => [cx + Math.cos(turn * Math.PI * 2) * rx, cy + Math.sin(turn * Math.PI * 2) * ry] as const

/** A bangle or bracelet lying on its side. */
export function wrist(design: WristDesign): string {
  if (design.kind === 'jade') {
    const [light, mid, deep] = design.tones ?? jadeTones
    const clouds = Array.from({ length: 9 }, (_, i) => {
      const [x, y] = onHoop(206, 111, 88, i / 9 + 0.03 * (i % 3))
      return `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${16 + i % 4 * 5}" ry="6" fill="${i % 2 ? light : deep}" opacity="0.22" transform="rotate(${(i * 40 + 90) % 180} ${x.toFixed(1)} ${y.toFixed(1)})"/>`
    })
    return `<defs><linearGradient id="band" x1="0" y1="0" x2="0.8" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="0.35" stop-color="${mid}"/><stop offset="0.6" stop-color="${deep}"/><stop offset="0.8" stop-color="${mid}"/><stop offset="1" stop-color="${deep}"/></linearGradient></defs>${hoop(204, 128, 106, 38, 26, 'url(#band)', deep)}${clouds.join('')}<path d="M96 176A112 90 0 0 1 196 117" stroke="#fff" stroke-width="5" stroke-linecap="round" fill="none" opacity="0.75"/><path d="M150 292A118 96 0 0 0 286 258" stroke="#fff" stroke-width="4" stroke-linecap="round" fill="none" opacity="0.5"/>`
  }
  const { metal } = design
  const [shine, light, , dark] = metals[metal]
  const defs = `<defs>${metalGradient('band', metal)}</defs>`
  switch (design.kind) {
    case 'bangle': return [
      defs,
      hoop(204, 126, 100, 22, 12, 'url(#band)', dark),
      `<path d="M92 178A114 84 0 0 1 190 122" stroke="${shine}" stroke-width="2.4" stroke-linecap="round" fill="none"/>`,
      ...(design.stone ? Array.from({ length: 15 }, (_, i) => gem(design.stone ?? 'diamond', 'round', ...onHoop(203, 118, 90, 0.1 + 0.3 * i / 14), 7)) : []),
    ].join('')
    case 'stack': return [
      defs,
      ...[-46, -14, 18, 50].map((dy, i) => `${hoop(206 + dy, 124, 74, 15, 8, 'url(#band)', dark)}${Array.from({ length: i % 2 ? 13 : 9 }, (_, j) => i % 2
        ? gem(design.stone, 'round', ...onHoop(205 + dy, 118, 67, 0.08 + 0.34 * j / 12), 5.9)
        : metalBead(metal, ...onHoop(205 + dy, 118, 67, 0.1 + 0.3 * j / 8), 4.4)).join('')}`),
    ].join('')
    case 'kada': return [
      defs,
      hoop(204, 126, 104, 40, 18, 'url(#band)', dark),
      ...Array.from({ length: 11 }, (_, i) => {
        const [x, y] = onHoop(200, 112, 86, 0.06 + 0.38 * i / 10)
        return i % 2 ? gem(design.stone, 'pear', x, y, 10, (0.06 + 0.38 * i / 10) * Math.PI * 2 + Math.PI / 2) : `${metalBead(metal, x, y, 12)}${gem('polki', 'round', x, y, 8.4)}`
      }),
      ...Array.from({ length: 40 }, (_, i) => metalBead(metal, ...onHoop(204, 124, 102, 0.02 + 0.46 * i / 39), 2.5)),
    ].join('')
    case 'tennis': return defs + hoop(204, 124, 82, 5, 3, light, dark) + Array.from({ length: 52 }, (_, i) => i).sort((a, b) => Math.sin(a / 52 * Math.PI * 2) - Math.sin(b / 52 * Math.PI * 2)).map((i) => {
      const [x, y] = onHoop(203, 122, 79, i / 52)
      const size = 6.4 + 2.4 * Math.sin(i / 52 * Math.PI * 2)
      return gem(design.stone, 'round', x, y, size) + claws(metal, x, y, size, 4)
    }).join('')
    case 'cuff': return [
      defs,
      `<path d="M96 236C70 150 130 96 200 96S330 150 304 236" fill="none" stroke="${dark}" stroke-width="25" stroke-linecap="round"/><path d="M96 236C70 150 130 96 200 96S330 150 304 236" fill="none" stroke="url(#band)" stroke-width="22" stroke-linecap="round"/>`,
      cabochon('left', '#fff', '#f3ebe2', '#c3b19d', 96, 246, 21, 21),
      cabochon('right', ...jadeTones, 304, 246, 21, 21),
      `<path d="M108 178C122 134 160 108 200 108" stroke="${shine}" stroke-width="3" fill="none" stroke-linecap="round"/>`,
    ].join('')
  }
}
