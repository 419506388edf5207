import type { Cut } from './gems.ts'
import type { Metal, Stone } from './palette.ts'
import { bead, claws, gem, halo, metalBead, pearlTones } from './gems.ts'
import { metalGradient, metals } from './palette.ts'

export type NeckDesign
  = | { kind: 'pendant', metal: Metal, stone: Stone, cut: Cut, size: number, halo?: boolean, drop?: boolean }
    | { kind: 'riviere', metal: Metal, stone: Stone }
    | { kind: 'pearls', metal: Metal, stone: Stone }
    | { kind: 'choker', metal: Metal, stone: Stone, drops: Stone | 'pearl' }
    | { kind: 'haar', metal: Metal, stone: Stone }
    | { kind: 'mangalsutra', metal: Metal, stone: Stone }
    | { kind: 'coins', metal: Metal }

type Curve = { cx: number, top: number, rx: number, ry: number }

/** A point of the curve in which a necklace lies: −1 is the left end, 0 the lowest point, 1 the right end. */
function along({ cx, top, rx, ry }: Curve, t: number): readonly [number, number] {
  const angle = Math.PI / 2 - t * Math.PI / 2
  return [cx + Math.cos(angle) * rx, top + Math.sin(angle) * ry]
}

function chain(metal: Metal, curve: Curve, width = 3.2): string {
  const [shine, , mid, dark] = metals[metal]
  const [x0, y0] = along(curve, -1)
  const [x1, y1] = along(curve, 1)
  const path = `M${x0} ${y0}A${curve.rx} ${curve.ry} 0 0 0 ${x1} ${y1}`
  return `<path d="${path}" fill="none" stroke="${dark}" stroke-width="${width}" stroke-linecap="round"/><path d="${path}" fill="none" stroke="${mid}" stroke-width="${width * 0.75}"/><path d="${path}" fill="none" stroke="${shine}" stroke-width="${width * 0.62}" stroke-dasharray="${width * 0.9} ${width * 1.3}"/>`
}

const strand = <T>(count: number, from: number, to: number, draw: (t: number, i: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(from + (to - from) * i / (count - 1), i))

/** A leaf of gold with a stone in it: the tooth of a kundan collar. */
function kundanLeaf(metal: Metal, stone: Stone, x: number, y: number, size: number, turn: number): string {
  const [, light, , dark] = metals[metal]
  return `<g transform="rotate(${(turn * 180 / Math.PI).toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)})"><path d="M${x} ${y - size * 0.9}C${x + size} ${y - size * 0.5} ${x + size * 0.8} ${y + size * 0.7} ${x} ${y + size * 1.25}C${x - size * 0.8} ${y + size * 0.7} ${x - size} ${y - size * 0.5} ${x} ${y - size * 0.9}Z" fill="${light}" stroke="${dark}" stroke-width="1.2"/></g>${gem(stone, 'pear', x, y + size * 0.12, size * 0.62, turn + Math.PI)}`
}

/** A necklace as it lies on a stand. */
export function neck(design: NeckDesign): string {
  const { metal } = design
  const defs = `<defs>${metalGradient('band', metal, true)}</defs>`
  switch (design.kind) {
    case 'pendant': {
      const curve = { cx: 200, top: 62, rx: 92, ry: 168 }
      const y = 230 + design.size * 1.35
      return [
        defs,
        chain(metal, curve),
        `<path d="M196 226q4 -9 8 0l-1.5 ${design.size * 0.5}h-5Z" fill="url(#band)"/>`,
        design.halo ? halo('diamond', metal, design.cut, 200, y, design.size) : '',
        gem(design.stone, design.cut, 200, y, design.size),
        design.halo ? '' : claws(metal, 200, y, design.size * 0.98, 4),
        design.drop ? gem('diamond', 'round', 200, 232, 8) + claws(metal, 200, 232, 8, 4) : '',
      ].join('')
    }
    case 'riviere': {
      const curve = { cx: 200, top: 92, rx: 118, ry: 196 }
      return defs + chain(metal, curve, 5) + strand(31, -0.97, 0.97, (t) => {
        const [x, y] = along(curve, t)
        const size = 6.2 + (1 - Math.abs(t)) * 7.4
        return gem(design.stone, 'round', x, y, size) + claws(metal, x, y, size, 4)
      }).join('')
    }
    case 'pearls': {
      const curve = { cx: 200, top: 96, rx: 112, ry: 184 }
      const lower = { cx: 200, top: 96, rx: 126, ry: 216 }
      const row = (line: Curve, count: number, size: number) => strand(count, -1, 1, t => bead(...along(line, t), size, pearlTones)).join('')
      return `${defs}${row(curve, 37, 7.4)}${row(lower, 41, 7.8)}${halo('diamond', metal, 'oval', 200, 296, 18)}${gem(design.stone, 'oval', 200, 296, 18)}`
    }
    case 'choker': {
      const curve = { cx: 200, top: 120, rx: 128, ry: 112 }
      const inner = { cx: 200, top: 110, rx: 118, ry: 92 }
      const [, , mid] = metals[metal]
      return [
        defs,
        `<path d="M${along(inner, -1).join(' ')}A118 92 0 0 0 ${along(inner, 1).join(' ')}L${along(curve, 1).join(' ')}A128 112 0 0 1 ${along(curve, -1).join(' ')}Z" fill="${mid}" opacity="0.55"/>`,
        strand(35, -1, 1, t => metalBead(metal, ...along(inner, t), 4.6)).join(''),
        strand(19, -0.94, 0.94, (t) => {
          const [x, y] = along(curve, t)
          const size = 10.5 + (1 - Math.abs(t)) * 8
          return kundanLeaf(metal, design.stone, x, y, size, -t * 1.05)
        }).join(''),
        strand(15, -0.8, 0.8, (t) => {
          const size = 10 + (1 - Math.abs(t)) * 9
          const [x, y] = along({ cx: 200, top: 124, rx: 138, ry: 126 + (1 - Math.abs(t)) * 16 }, t)
          return design.drops === 'pearl' ? bead(x, y + size * 0.6, size * 0.42, pearlTones) : gem(design.drops, 'pear', x, y + size * 0.75, size * 0.52)
        }).join(''),
        kundanLeaf(metal, design.stone, 200, 258, 22, 0),
        design.drops === 'pearl' ? bead(200, 301, 10, pearlTones) : gem(design.drops, 'pear', 200, 302, 12),
      ].join('')
    }
    case 'haar': {
      const long = { cx: 200, top: 48, rx: 96, ry: 224 }
      return [
        defs,
        chain(metal, long, 4),
        chain(metal, { ...long, rx: 108, ry: 238 }, 4),
        strand(23, -0.9, 0.9, (t, i) => {
          const [x, y] = along({ ...long, rx: 102, ry: 231 }, t)
          return i % 2 ? gem(design.stone, 'round', x, y, 7.5) + claws(metal, x, y, 8, 4) : metalBead(metal, x, y, 8.5)
        }).join(''),
        halo('polki', metal, 'round', 200, 300, 30),
        `<circle cx="200" cy="300" r="30" fill="url(#band)"/>`,
        strand(9, 0, 16 / 9, t => kundanLeaf(metal, 'polki', 200 + Math.sin(t * Math.PI) * 19, 300 - Math.cos(t * Math.PI) * 19, 8.4, t * Math.PI + Math.PI)).join(''),
        gem(design.stone, 'round', 200, 300, 11),
        strand(7, -0.9, 0.9, t => bead(200 + t * 30, 348 - Math.abs(t) * 18, 4.6, pearlTones)).join(''),
      ].join('')
    }
    case 'mangalsutra': {
      const curve = { cx: 200, top: 64, rx: 88, ry: 190 }
      return [
        defs,
        chain(metal, curve, 2.6),
        strand(43, -0.96, 0.96, (t, i) => i % 7 === 3 ? metalBead(metal, ...along(curve, t), 4.6) : bead(...along(curve, t), 3.8, ['#74707a', '#26242b', '#0c0b10'])).join(''),
        halo('diamond', metal, 'round', 184, 272, 13) + gem(design.stone, 'round', 184, 272, 13),
        halo('diamond', metal, 'round', 217, 272, 13) + gem(design.stone, 'round', 217, 272, 13),
        gem('diamond', 'pear', 200.5, 306, 10) + claws(metal, 200.5, 306, 10, 3, Math.PI / 2),
      ].join('')
    }
    case 'coins': {
      const curve = { cx: 200, top: 84, rx: 116, ry: 176 }
      const [, , mid, dark] = metals[metal]
      return defs + chain(metal, curve, 6) + strand(17, -0.92, 0.92, (t) => {
        const [x, y] = along({ ...curve, rx: 122, ry: 190 }, t)
        const size = 11 + (1 - Math.abs(t)) * 7
        return `<circle cx="${x.toFixed(1)}" cy="${(y + 4).toFixed(1)}" r="${size.toFixed(1)}" fill="url(#band)" stroke="${dark}" stroke-width="1.2"/><circle cx="${x.toFixed(1)}" cy="${(y + 4).toFixed(1)}" r="${(size * 0.72).toFixed(1)}" fill="none" stroke="${dark}" stroke-width="0.9" stroke-dasharray="1.6 1.6"/><path d="M${x.toFixed(1)} ${(y + 4 - size * 0.4).toFixed(1)}q${(size * 0.36).toFixed(1)} ${(size * 0.3).toFixed(1)} 0 ${(size * 0.8).toFixed(1)}q${(-size * 0.36).toFixed(1)} ${(-size * 0.5).toFixed(1)} 0 ${(-size * 0.8).toFixed(1)}" fill="${mid}" stroke="${dark}" stroke-width="0.7"/>`
      }).join('')
    }
  }
}
