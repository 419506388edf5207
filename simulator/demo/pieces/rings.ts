import type { Cut } from './gems.ts'
import type { Metal, Stone } from './palette.ts'
import { cabochon, claws, gem, halo, jadeTones, metalBead, points } from './gems.ts'
import { metalGradient, metals } from './palette.ts'

/** What a ring looks like; sizes in units of a picture 400 wide. */
export type RingDesign = {
  metal: Metal
  stone?: Stone
  cut?: Cut
  /** Half the width of the main stone. */
  size?: number
  halo?: Stone
  doubleHalo?: boolean
  /** Small stones set into the shoulders, or around the whole band. */
  shoulders?: 'plain' | 'pave' | 'eternity' | 'twist' | 'split'
  sides?: { stone: Stone, cut: Cut, size: number }
  /** A smooth stone or a flat seal instead of a cut one. */
  top?: 'jade' | 'signet' | 'dome'
  width?: number
}

const cx = 200
const cy = 246
const radius = 92

/** A point of the band: 0 is the top, half a turn the bottom. */
function onBand(turn: number, r: number): readonly [number, number] {
  const angle = turn * Math.PI * 2 - Math.PI / 2
  return [cx + Math.cos(angle) * r, cy + Math.sin(angle) * r]
}

function band(metal: Metal, width: number, twist: boolean): string {
  const outer = radius + width / 2
  const inner = radius - width / 2
  const [shine, , , dark, deep] = metals[metal]
  const body = `<path fill-rule="evenodd" d="M${cx - outer} ${cy}a${outer} ${outer} 0 1 0 ${outer * 2} 0a${outer} ${outer} 0 1 0 ${-outer * 2} 0ZM${cx - inner} ${cy - 1}a${inner} ${inner} 0 1 0 ${inner * 2} 0a${inner} ${inner} 0 1 0 ${-inner * 2} 0Z" fill="url(#band)"/><circle cx="${cx}" cy="${cy - 1}" r="${inner - 0.6}" fill="none" stroke="${deep}" stroke-opacity="0.55" stroke-width="1.6"/><circle cx="${cx}" cy="${cy}" r="${outer - 1}" fill="none" stroke="${shine}" stroke-opacity="0.75" stroke-width="1.4" stroke-dasharray="90 60 30 240"/>`
  if (!twist) return body
  const strands = Array.from({ length: 40 }, (_, i) => {
    const [x1, y1] = onBand(i / 40, inner + 1)
    const [x2, y2] = onBand((i + 1.4) / 40, outer - 1)
    return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}Q${((x1 + x2) / 2 + 2).toFixed(1)} ${((y1 + y2) / 2 - 2).toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${dark}" stroke-width="1.6" fill="none"/>`
  })
  return body + strands.join('')
}

function setStones(stone: Stone, from: number, to: number, count: number, size: number): string {
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = onBand(from + (to - from) * i / (count - 1), radius + 0.5)
    return gem(stone, 'round', x, y, size)
  }).join('')
}

function splitShoulders(metal: Metal): string {
  const [, light, , dark] = metals[metal]
  const side = (sign: 1 | -1) => `<path d="M${cx + sign * 74} ${cy - 56}C${cx + sign * 52} ${cy - 92} ${cx + sign * 34} ${cy - 100} ${cx + sign * 16} ${cy - 118}" fill="none" stroke="${dark}" stroke-width="8" stroke-linecap="round"/><path d="M${cx + sign * 74} ${cy - 56}C${cx + sign * 52} ${cy - 92} ${cx + sign * 34} ${cy - 100} ${cx + sign * 16} ${cy - 118}" fill="none" stroke="${light}" stroke-width="5" stroke-linecap="round"/>`
  return side(1) + side(-1)
}

/** The basket under a stone. */
function basket(metal: Metal, headY: number, size: number): string {
  const [shine, light, , dark] = metals[metal]
  const bottom = cy - radius + 6
  const bar = (x: number, w: number, color: string) => `<polygon points="${points([[cx + x - w, headY], [cx + x + w, headY], [cx + x * 0.35 + w, bottom], [cx + x * 0.35 - w, bottom]])}" fill="${color}"/>`
  return bar(-size * 0.72, 2.6, dark) + bar(size * 0.72, 2.6, dark) + bar(-size * 0.25, 2.2, light) + bar(size * 0.25, 2.2, shine)
}

/** A ring standing upright, its stone facing us. */
export function ring(design: RingDesign): string {
  const { metal, cut = 'round', shoulders = 'plain', width = 13 } = design
  const parts = [`<defs>${metalGradient('band', metal)}</defs>`, band(metal, width, shoulders === 'twist')]
  if (shoulders === 'split') parts.push(splitShoulders(metal))
  if (shoulders === 'eternity') parts.push(setStones(design.stone ?? 'diamond', 0, 1 - 1 / 46, 46, 5.9))
  if (shoulders === 'pave') parts.push(setStones('diamond', -0.2, -0.055, 12, 4.6), setStones('diamond', 0.055, 0.2, 12, 4.6))
  if (design.top) parts.push(topOf(design.top, metal))
  if (design.stone && shoulders !== 'eternity') {
    const size = design.size ?? 34
    const headY = cy - radius - size * 0.62
    const tall = cut === 'emerald' || cut === 'oval' || cut === 'marquise' ? 1.08 : cut === 'pear' ? 1.1 : 1
    const middle = headY - (tall - 1) * size
    parts.push(basket(metal, middle + size * 0.5, size))
    if (design.sides) {
      const { sides } = design
      const away = size * 0.86 + sides.size * 0.84
      for (const sign of [-1, 1]) parts.push(gem(sides.stone, sides.cut, cx + sign * away, middle + size * 0.3, sides.size, sign * (sides.cut === 'pear' ? Math.PI / 2 : 0.25)), claws(metal, cx + sign * away, middle + size * 0.3, sides.size, 4))
    }
    if (design.doubleHalo) parts.push(halo('diamond', metal, cut, cx, middle, size + size * 0.34))
    if (design.halo) parts.push(halo(design.halo, metal, cut, cx, middle, size))
    parts.push(gem(design.stone, cut, cx, middle, size))
    if (!design.halo) parts.push(claws(metal, cx, middle, size * (cut === 'emerald' ? 1.02 : 0.98), cut === 'round' ? 6 : 4, cut === 'round' ? Math.PI / 6 : cut === 'emerald' ? 0.93 : Math.PI / 4))
  }
  return parts.join('')
}

function topOf(top: NonNullable<RingDesign['top']>, metal: Metal): string {
  const [shine, light, mid, dark, deep] = metals[metal]
  const y = cy - radius
  if (top === 'jade') return `<ellipse cx="${cx}" cy="${y - 14}" rx="53" ry="40" fill="${mid}" stroke="${dark}" stroke-width="1.5"/><ellipse cx="${cx}" cy="${y - 15}" rx="49" ry="36" fill="${light}"/>${cabochon('stone', ...jadeTones, cx, y - 16, 45, 32)}${Array.from({ length: 26 }, (_, i) => metalBead(metal, cx + Math.cos(i / 26 * Math.PI * 2) * 51, y - 14.5 + Math.sin(i / 26 * Math.PI * 2) * 38, 2.6)).join('')}`
  if (top === 'signet') return `<defs><linearGradient id="seal" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${shine}"/><stop offset="0.5" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs><path d="M${cx - 64} ${y + 24}C${cx - 50} ${y - 6} ${cx - 46} ${y - 28} ${cx - 40} ${y - 34}L${cx + 40} ${y - 34}C${cx + 46} ${y - 28} ${cx + 50} ${y - 6} ${cx + 64} ${y + 24}Z" fill="url(#band)"/><ellipse cx="${cx}" cy="${y - 20}" rx="48" ry="38" fill="url(#seal)" stroke="${deep}" stroke-opacity="0.5" stroke-width="1.4"/><ellipse cx="${cx}" cy="${y - 20}" rx="40" ry="31" fill="none" stroke="${dark}" stroke-width="1.2"/><path d="M${cx} ${y - 44}l6.5 17.5l17.5 6.5l-17.5 6.5l-6.5 17.5l-6.5 -17.5l-17.5 -6.5l17.5 -6.5Z" fill="${dark}" opacity="0.85"/><path d="M${cx} ${y - 44}l2 22l-2 2Z" fill="${shine}" opacity="0.8"/>`
  const petals = Array.from({ length: 8 }, (_, i) => {
    const angle = i / 8 * Math.PI * 2
    return gem('diamond', 'marquise', cx + Math.cos(angle) * 29, y - 16 + Math.sin(angle) * 29, 15, angle + Math.PI / 2)
  })
  return `<circle cx="${cx}" cy="${y - 16}" r="50" fill="${mid}" opacity="0.28"/>${petals.join('')}${halo('champagne', metal, 'round', cx, y - 16, 12)}${gem('champagne', 'round', cx, y - 16, 12)}`
}
