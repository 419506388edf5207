/** Five tones from light to deep, as a stone shows them in its facets. */
export type Stone = 'diamond' | 'champagne' | 'emerald' | 'ruby' | 'sapphire' | 'tanzanite' | 'polki' | 'morganite' | 'tsavorite' | 'black'
export const stones: Record<Stone, readonly [string, string, string, string, string]> = {
  diamond: ['#ffffff', '#e3edf4', '#bfd2df', '#8fa9ba', '#5f7d92'],
  champagne: ['#fff6e6', '#f3dfbd', '#e0c294', '#c19c68', '#997545'],
  emerald: ['#d8f5e3', '#6fcf9c', '#27a06a', '#0d7148', '#06492e'],
  ruby: ['#ffd9de', '#ef7186', '#cf2f4d', '#9c1231', '#64081e'],
  sapphire: ['#dbe8ff', '#7ba2ea', '#3765c4', '#193e93', '#0c2560'],
  tanzanite: ['#e6e2ff', '#a79be8', '#6c5bc8', '#463692', '#281d60'],
  polki: ['#fffdf4', '#f1ead6', '#ddd2b4', '#bcae8a', '#93845f'],
  morganite: ['#fff0ec', '#f9d3c9', '#eeb2a5', '#d48d80', '#a9665b'],
  tsavorite: ['#e9f9d5', '#a9dc6f', '#67b13a', '#3c7f22', '#214f12'],
  black: ['#c9c9d2', '#6c6c78', '#3b3b45', '#22222a', '#0f0f14'],
}

export type Metal = 'yellow' | 'white' | 'rose'
export const metals: Record<Metal, readonly [string, string, string, string, string]> = {
  yellow: ['#fff3cf', '#ecc873', '#c9993f', '#96692a', '#6b471b'],
  white: ['#ffffff', '#e4e7ea', '#bfc6cc', '#8f99a2', '#626c76'],
  rose: ['#ffe9df', '#edbba2', '#cd8e72', '#9c6049', '#6e3f2f'],
}

/** A gradient along a direction: light, shade, light again, as polished metal throws it. */
export function metalGradient(id: string, metal: Metal, vertical = false): string {
  const [shine, light, mid, dark, deep] = metals[metal]
  const stops = [[0, mid], [0.12, shine], [0.3, light], [0.48, dark], [0.6, mid], [0.78, shine], [0.9, light], [1, deep]] as const
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${vertical ? 0 : 1}" y2="${vertical ? 1 : 0.35}">${stops.map(([at, color]) => `<stop offset="${at}" stop-color="${color}"/>`).join('')}</linearGradient>`
}
