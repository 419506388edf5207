import type { Cut } from './gems.ts'
import type { Metal, Stone } from './palette.ts'
import { bead, claws, gem, halo, metalBead, pearlTones } from './gems.ts'
import { metalGradient, metals } from './palette.ts'

export type EarDesign
  = | { kind: 'studs', metal: Metal, stone: Stone, cut: Cut, size: number, halo?: boolean }
    | { kind: 'drops', metal: Metal, stone: Stone, cut: Cut }
    | { kind: 'jhumka', metal: Metal, stone: Stone }
    | { kind: 'chandbali', metal: Metal, stone: Stone }
    | { kind: 'hoops', metal: Metal, stone: Stone }
    | { kind: 'pearls', metal: Metal }

function one(design: EarDesign, x: number): string {
  const { metal } = design
  const [shine, light, mid, dark] = metals[metal]
  switch (design.kind) {
    case 'studs': return `${design.halo ? halo('diamond', metal, design.cut, x, 200, design.size) : ''}${gem(design.stone, design.cut, x, 200, design.size)}${design.halo ? '' : claws(metal, x, 200, design.size * 0.99, 4)}`
    case 'drops': return [
      gem('diamond', 'round', x, 116, 15),
      claws(metal, x, 116, 15, 4),
      `<path d="M${x} 132v22" stroke="${dark}" stroke-width="2.4"/>`,
      gem('diamond', 'marquise', x, 168, 11),
      halo('diamond', metal, design.cut, x, 236, 30),
      gem(design.stone, design.cut, x, 236, 30),
    ].join('')
    case 'jhumka': return [
      halo('polki', metal, 'round', x, 112, 19),
      gem(design.stone, 'round', x, 112, 19),
      `<path d="M${x} 138v22" stroke="${dark}" stroke-width="3"/>`,
      metalBead(metal, x, 163, 6),
      `<path d="M${x - 47} 236C${x - 47} 192 ${x - 22} 168 ${x} 166C${x + 22} 168 ${x + 47} 192 ${x + 47} 236Z" fill="url(#band)" stroke="${dark}" stroke-width="1.2"/>`,
      `<path d="M${x - 40} 212Q${x} 224 ${x + 40} 212" stroke="${shine}" stroke-width="1.6" fill="none"/>`,
      ...[-30, -15, 0, 15, 30].map(dx => gem(design.stone, 'pear', x + dx, 224 - Math.abs(dx) * 0.1, 7.5, Math.PI)),
      `<rect x="${x - 49}" y="234" width="98" height="8" rx="4" fill="${light}" stroke="${dark}" stroke-width="1"/>`,
      ...Array.from({ length: 9 }, (_, i) => bead(x - 44 + i * 11, 250, 4.8, pearlTones)),
      ...Array.from({ length: 8 }, (_, i) => bead(x - 38.5 + i * 11, 261, 3.6, pearlTones)),
    ].join('')
    case 'chandbali': {
      const crescent = Array.from({ length: 13 }, (_, i) => {
        const angle = Math.PI * (-0.08 + 1.16 * i / 12)
        return gem('polki', 'pear', x + Math.cos(angle) * 44, 204 + Math.sin(angle) * 44, 8, angle - Math.PI / 2 + Math.PI)
      })
      const fringe = Array.from({ length: 9 }, (_, i) => {
        const angle = Math.PI * (0.08 + 0.84 * i / 8)
        return bead(x + Math.cos(angle) * 66, 204 + Math.sin(angle) * 66, 5, pearlTones)
      })
      return [
        halo('polki', metal, 'round', x, 118, 15),
        gem(design.stone, 'round', x, 118, 15),
        `<path d="M${x} 138v18" stroke="${dark}" stroke-width="3"/>`,
        `<path d="M${x - 56} 196A57 57 0 1 0 ${x + 56} 196A46 40 0 1 1 ${x - 56} 196Z" fill="url(#band)" stroke="${dark}" stroke-width="1.2"/>`,
        ...crescent,
        halo('polki', metal, 'oval', x, 182, 14),
        gem(design.stone, 'oval', x, 182, 14),
        ...fringe,
      ].join('')
    }
    case 'hoops': return [
      `<ellipse cx="${x}" cy="206" rx="46" ry="62" fill="none" stroke="${dark}" stroke-width="13"/><ellipse cx="${x}" cy="206" rx="46" ry="62" fill="none" stroke="url(#band)" stroke-width="10.5"/>`,
      ...Array.from({ length: 19 }, (_, i) => {
        const angle = Math.PI * (0.62 + 0.76 * i / 18)
        return gem(design.stone, 'round', x + Math.cos(angle) * 46, 206 + Math.sin(angle) * 62, 4.8)
      }),
      `<path d="M${x} 137v14" stroke="${mid}" stroke-width="5" stroke-linecap="round"/>`,
    ].join('')
    case 'pearls': return [
      gem('diamond', 'round', x, 138, 13),
      claws(metal, x, 138, 13, 4),
      `<path d="M${x} 150v30" stroke="${dark}" stroke-width="2"/>`,
      `<path d="M${x - 9} 186q9 -12 18 0Z" fill="url(#band)"/>`,
      `<circle cx="${x}" cy="218" r="34" fill="url(#pearl)"/><ellipse cx="${x - 11}" cy="203" rx="9" ry="6" fill="#fff" opacity="0.9" transform="rotate(-30 ${x - 11} 203)"/>`,
    ].join('')
  }
}

/** A pair, side by side. */
export function ears(design: EarDesign): string {
  const apart = design.kind === 'studs' ? 66 : 74
  return `<defs>${metalGradient('band', design.metal)}<radialGradient id="pearl" cx="0.36" cy="0.3" r="0.85"><stop offset="0" stop-color="#fff"/><stop offset="0.45" stop-color="#f6eee6"/><stop offset="0.75" stop-color="#e3d3c6"/><stop offset="1" stop-color="#b3a08f"/></radialGradient></defs>${one(design, 200 - apart)}${one(design, 200 + apart)}`
}
