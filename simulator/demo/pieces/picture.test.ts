import { describe, expect, it } from 'vitest'
import { demoPiece, demoPieces } from './catalogue.ts'
import { piecePicture } from './picture.ts'

describe('the pictures of the pieces', () => {
  const pictures = new Map(demoPieces.map(piece => [piece.sku, piecePicture(piece.picture, piece.name)]))

  it('are thirty-six, and no two alike', () => {
    expect(demoPieces).toHaveLength(36)
    const drawn = Array.from(pictures.values(), svg => svg.replace(/<title>.*<\/title>/, ''))
    expect(new Set(drawn).size).toBe(36)
  })

  it('are whole files that run nothing, fetch nothing and stay small', () => {
    for (const [sku, svg] of pictures) {
      expect(svg, sku).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 400 400"/)
      expect(svg, sku).not.toMatch(/<script|href=|NaN|undefined/)
      expect(svg.length, sku).toBeLessThan(100_000)
      const tags = svg.match(/<[^>]+>/g) ?? []
      const closing = tags.filter(tag => tag.startsWith('</')).length
      expect(tags.filter(tag => !tag.startsWith('</') && !tag.endsWith('/>')), sku).toHaveLength(closing)
    }
  })

  it('use every gradient that they name', () => {
    for (const [sku, svg] of pictures) {
      const named = new Set(Array.from(svg.matchAll(/url\(#([\w-]+)\)/g), match => match[1]))
      for (const id of named) expect(svg, `${sku} ${id}`).toContain(`id="${id}"`)
    }
  })

  it('know no piece that is not there', () => {
    expect(demoPiece('R-221').name).toBe('Halo R-221')
    expect(() => demoPiece('R-000')).toThrow(RangeError)
  })
})
