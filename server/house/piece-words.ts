import type { z } from 'zod'
import type { PieceImport } from '#contracts'

const mostWords = 40

/** The words a piece is found by: its SKU as one word, and the words of its SKU, name, category and detail. At most 40. */
export function pieceWords(piece: Pick<z.infer<typeof PieceImport>, 'sku' | 'name' | 'detail' | 'category'>): string[] {
  const compact = searchWords(piece.sku).join('')
  const words = [piece.sku, piece.name, piece.category, piece.detail].flatMap(searchWords)
  return [...new Set([compact, ...words])].filter(Boolean).slice(0, mostWords)
}

/** A text as words to look for: lower case, without accents, letters and digits only. */
export function searchWords(text: string): string[] {
  return text.normalize('NFKD').toLowerCase().replace(/\p{M}+/gu, '').split(/[^\p{L}\p{N}]+/u).filter(Boolean)
}
