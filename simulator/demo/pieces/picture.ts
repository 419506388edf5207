import type { EarDesign } from './ears.ts'
import type { NeckDesign } from './necks.ts'
import type { RingDesign } from './rings.ts'
import type { WristDesign } from './wrists.ts'
import { ears } from './ears.ts'
import { neck } from './necks.ts'
import { ring } from './rings.ts'
import { wrist } from './wrists.ts'

export type Design
  = | { form: 'ring', design: RingDesign }
    | { form: 'neck', design: NeckDesign }
    | { form: 'ears', design: EarDesign }
    | { form: 'wrist', design: WristDesign }

/** Where a form throws its shadow (middle and half axes) and how it is fitted into the picture. */
const stands = {
  ring: { shadow: [200, 366, 86, 10], fit: 'translate(200 204) scale(1.2) translate(-200 -214)' },
  neck: { shadow: [200, 372, 100, 7], fit: 'translate(200 200) scale(1.08) translate(-200 -206)' },
  ears: { shadow: [200, 356, 116, 8], fit: 'translate(200 196) scale(1.16) translate(-200 -192)' },
  wrist: { shadow: [200, 328, 132, 15], fit: 'translate(200 202) scale(1.06) translate(-200 -206)' },
} as const

/** The piece alone, without ground, as the inside of an SVG 400 by 400. Gradient ids are prefixed, so that several may share a page. */
export function pieceDrawing({ form, design }: Design, prefix: string): string {
  const drawn = form === 'ring' ? ring(design) : form === 'neck' ? neck(design) : form === 'ears' ? ears(design) : wrist(design)
  return drawn.replace(/id="(\w+)"/g, `id="${prefix}-$1"`).replace(/url\(#(\w+)\)/g, `url(#${prefix}-$1)`)
}

/** A piece on porcelain, with the shadow it throws: a whole SVG file, 400 by 400. */
export function piecePicture(piece: Design, title: string): string {
  const { shadow: [x, y, rx, ry], fit } = stands[piece.form]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img"><title>${title.replace(/[<&]/g, ' ')}</title><defs><radialGradient id="ground" cx="0.5" cy="0.4" r="0.75"><stop offset="0" stop-color="#fdfbf8"/><stop offset="0.62" stop-color="#f3eee8"/><stop offset="1" stop-color="#e6ded4"/></radialGradient><filter id="soft" x="-30%" y="-200%" width="160%" height="500%"><feGaussianBlur stdDeviation="7"/></filter></defs><rect width="400" height="400" fill="url(#ground)"/><ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#6b5847" opacity="0.3" filter="url(#soft)"/><g transform="${fit}">${pieceDrawing(piece, 'p')}</g></svg>\n`
}
