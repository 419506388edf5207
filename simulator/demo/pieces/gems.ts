import type { Metal, Stone } from './palette.ts'
import { metals, stones } from './palette.ts'

export type Cut = 'round' | 'oval' | 'pear' | 'cushion' | 'marquise' | 'emerald'

type Point = readonly [number, number]

const round1 = (value: number) => Math.round(value * 10) / 10
export const points = (list: readonly Point[]) => list.map(([x, y]) => `${round1(x)},${round1(y)}`).join(' ')

/** Distance of a cut's outline from its middle, in units of half its width, by direction (0 points right, a quarter turn down). */
function outline(cut: Cut, angle: number): Point {
  const [x, y] = [Math.cos(angle), Math.sin(angle)]
  switch (cut) {
    case 'round': return [x, y]
    case 'oval': return [x * 0.82, y * 1.08]
    case 'pear': return [x * (0.92 - 0.34 * Math.max(0, -y) ** 1.3), y < 0 ? y * 1.35 : y * 0.92]
    case 'marquise': return [Math.sign(x) * Math.abs(x) ** 1.25 * 0.62, y * 1.3]
    case 'cushion': {
      const spread = (Math.abs(x) ** 4 + Math.abs(y) ** 4) ** -0.25
      return [x * spread * 0.94, y * spread * 0.94]
    }
    case 'emerald': {
      const spread = 1 / Math.max(Math.abs(x) / 0.76, Math.abs(y) / 1.04, (Math.abs(x) + Math.abs(y)) / 1.5)
      return [x * spread, y * spread]
    }
  }
}

/** Tones of neighbouring facets: light comes from the upper left. */
function tone(stone: Stone, angle: number, turn: number): string {
  const light = Math.cos(angle - (-3 * Math.PI / 4))
  const index = Math.round(1.9 - light * 1.5 + (turn % 2 === 0 ? 0.75 : -0.6))
  return stones[stone][Math.max(0, Math.min(4, index)) as 0 | 1 | 2 | 3 | 4]
}

/** A faceted stone seen from above. `r` is half its width; `turn` in radians. */
export function gem(stone: Stone, cut: Cut, cx: number, cy: number, r: number, turn = 0): string {
  const colors = stones[stone]
  if (r < 6) return smallGem(stone, cx, cy, r)
  const at = (angle: number, scale: number): Point => {
    const [x, y] = outline(cut, angle)
    const [u, v] = [x * scale * r, y * scale * r]
    return [cx + u * Math.cos(turn) - v * Math.sin(turn), cy + u * Math.sin(turn) + v * Math.cos(turn)]
  }
  if (cut === 'emerald') return stepCut(stone, at)
  if (r < 13) return mediumGem(stone, at)
  const n = 8
  const step = Math.PI * 2 / n
  const facets: string[] = []
  for (let i = 0; i < n; i++) {
    const a = i * step + step / 2
    const [inner, innerNext] = [at(a, 0.54), at(a + step, 0.54)]
    const mid = at(a + step / 2, 0.8)
    facets.push(
      `<polygon points="${points([inner, innerNext, mid])}" fill="${tone(stone, a + step / 2, i)}"/>`,
      `<polygon points="${points([inner, mid, at(a + step / 4, 1), at(a, 1)])}" fill="${tone(stone, a + step / 4, i + 1)}"/>`,
      `<polygon points="${points([innerNext, mid, at(a + 3 * step / 4, 1), at(a + step, 1)])}" fill="${tone(stone, a + 3 * step / 4, i)}"/>`,
      `<polygon points="${points([mid, at(a + step / 4, 1), at(a + step / 2, 1), at(a + 3 * step / 4, 1)])}" fill="${tone(stone, a + step / 2, i + 1)}"/>`,
    )
  }
  const table = Array.from({ length: n }, (_, i) => at(i * step + step / 2, 0.54))
  const glints = Array.from({ length: 4 }, (_, i) => `<polygon points="${points([at(0, 0), at(i * 2 * step + step / 2, 0.52), at(i * 2 * step + 3 * step / 2, 0.52)])}" fill="${i % 2 ? colors[2] : colors[0]}" opacity="0.55"/>`)
  return `<g stroke="${colors[3]}" stroke-opacity="0.35" stroke-width="0.5" stroke-linejoin="round">${facets.join('')}<polygon points="${points(table)}" fill="${colors[1]}"/></g>${glints.join('')}<polygon points="${points([at(-2.6, 0.5), at(-1.9, 0.5), at(-2.2, 0.12)])}" fill="#fff" opacity="0.8"/>`
}

/** Eight facets and a table: what an eye still sees of a stone a few millimetres wide. */
function mediumGem(stone: Stone, at: (angle: number, scale: number) => Point): string {
  const colors = stones[stone]
  const corners = Array.from({ length: 8 }, (_, i) => i * Math.PI / 4 + Math.PI / 8)
  const facets = corners.map((corner, i) => `<polygon points="${points([at(corner, 1), at(corner + Math.PI / 4, 1), at(corner + Math.PI / 4, 0.5), at(corner, 0.5)])}" fill="${tone(stone, corner + Math.PI / 8, i)}"/>`)
  const rim = Array.from({ length: 16 }, (_, i) => at(i * Math.PI / 8, 1))
  return `<polygon points="${points(rim)}" fill="${colors[2]}" stroke="${colors[3]}" stroke-width="0.7"/>${facets.join('')}<polygon points="${points(corners.map(corner => at(corner, 0.5)))}" fill="${colors[1]}"/><polygon points="${points([at(-2.8, 0.46), at(-1.8, 0.46), at(-2.3, 0.05)])}" fill="#fff" opacity="0.85"/>`
}

function stepCut(stone: Stone, at: (angle: number, scale: number) => Point): string {
  const colors = stones[stone]
  const corners = [-0.33, 0.33, 1.18, 1.96, 2.81, 3.47, 4.32, 5.1]
  const rings = [1, 0.8, 0.6, 0.4]
  const facets: string[] = []
  for (let ring = 0; ring < rings.length - 1; ring++) {
    for (const [i, corner] of corners.entries()) {
      const next = corners[(i + 1) % corners.length] ?? 0
      const angle = (corner + (i === corners.length - 1 ? next + Math.PI * 2 : next)) / 2
      const [out, inn] = [rings[ring] ?? 1, rings[ring + 1] ?? 0.4]
      facets.push(`<polygon points="${points([at(corner, out), at(next, out), at(next, inn), at(corner, inn)])}" fill="${tone(stone, angle, ring + 1)}"/>`)
    }
  }
  const table = corners.map(corner => at(corner, 0.4))
  return `<g stroke="${colors[3]}" stroke-opacity="0.4" stroke-width="0.6">${facets.join('')}<polygon points="${points(table)}" fill="${colors[1]}"/></g><polygon points="${points([at(-2.7, 0.92), at(-1.8, 0.92), at(-2.3, 0.3)])}" fill="#fff" opacity="0.5"/>`
}

function smallGem(stone: Stone, cx: number, cy: number, r: number): string {
  const colors = stones[stone]
  return `<circle cx="${round1(cx)}" cy="${round1(cy)}" r="${round1(r)}" fill="${colors[1]}" stroke="${colors[3]}" stroke-width="${round1(Math.max(0.4, r * 0.14))}"/><path d="M${round1(cx - r * 0.6)} ${round1(cy)}L${round1(cx)} ${round1(cy - r * 0.7)}L${round1(cx + r * 0.2)} ${round1(cy)}Z" fill="${colors[0]}"/><path d="M${round1(cx + r * 0.6)} ${round1(cy)}L${round1(cx)} ${round1(cy + r * 0.7)}L${round1(cx - r * 0.1)} ${round1(cy)}Z" fill="${colors[3]}" opacity="0.55"/>`
}

/** A smooth stone: jade, moonstone, a pearl. `light` and `deep` are its tones, `rx` and `ry` its half axes. */
export function cabochon(id: string, light: string, mid: string, deep: string, cx: number, cy: number, rx: number, ry: number): string {
  return `<defs><radialGradient id="${id}" cx="0.36" cy="0.3" r="0.8"><stop offset="0" stop-color="${light}"/><stop offset="0.5" stop-color="${mid}"/><stop offset="1" stop-color="${deep}"/></radialGradient></defs><ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#${id})"/><ellipse cx="${round1(cx - rx * 0.3)}" cy="${round1(cy - ry * 0.42)}" rx="${round1(rx * 0.3)}" ry="${round1(ry * 0.16)}" fill="#fff" opacity="0.75" transform="rotate(-24 ${round1(cx - rx * 0.3)} ${round1(cy - ry * 0.42)})"/>`
}

export const jadeTones = ['#dff3dc', '#86c29a', '#3a7d5c'] as const
export const pearlTones = ['#ffffff', '#f3ebe2', '#c9b9a6'] as const

/** A round grain of metal or pearl. */
export function bead(cx: number, cy: number, r: number, [light, mid, deep]: readonly [string, string, string]): string {
  return `<circle cx="${round1(cx)}" cy="${round1(cy)}" r="${round1(r)}" fill="${mid}" stroke="${deep}" stroke-width="${round1(Math.max(0.4, r * 0.12))}"/><circle cx="${round1(cx - r * 0.28)}" cy="${round1(cy - r * 0.3)}" r="${round1(r * 0.42)}" fill="${light}" opacity="0.9"/>`
}

export function metalBead(metal: Metal, cx: number, cy: number, r: number): string {
  const [shine, light, , dark] = metals[metal]
  return bead(cx, cy, r, [shine, light, dark])
}

/** Claws that hold a stone: small grains of metal around it. */
export function claws(metal: Metal, cx: number, cy: number, r: number, count: number, turn = Math.PI / 4): string {
  return Array.from({ length: count }, (_, i) => {
    const angle = turn + i * Math.PI * 2 / count
    return metalBead(metal, cx + Math.cos(angle) * r, cy + Math.sin(angle) * r, Math.max(1.8, r * 0.1))
  }).join('')
}

/** Small stones in a ring around a larger one. */
export function halo(stone: Stone, metal: Metal, cut: Cut, cx: number, cy: number, r: number): string {
  const [, light, , dark] = metals[metal]
  const grain = Math.max(2.6, r * 0.13)
  const outer = r + grain * 1.35
  const count = Math.round(outer * 6.4 / (grain * 2.06))
  const ring = Array.from({ length: count }, (_, i) => {
    const [x, y] = outline(cut, i / count * Math.PI * 2)
    return [cx + x * outer, cy + y * outer] as const
  })
  const plate = Array.from({ length: 48 }, (_, i) => {
    const [x, y] = outline(cut, i / 48 * Math.PI * 2)
    return [cx + x * (outer + grain * 1.25), cy + y * (outer + grain * 1.25)] as const
  })
  return `<polygon points="${points(plate)}" fill="${light}" stroke="${dark}" stroke-width="0.8"/>${ring.map(([x, y]) => smallGem(stone, x, y, grain)).join('')}`
}
