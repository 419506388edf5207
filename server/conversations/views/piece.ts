import type { PieceView } from '#contracts'
import type { Piece } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import { trusted } from 'mongoose'

/** Pieces by every key that names them: our id and the catalogue's. */
export type Pieces = ReadonlyMap<string, PieceView>

/** A piece of the catalogue as the interface shows it. */
export function pieceView(piece: Piece): PieceView {
  return { id: piece._id, sku: piece.sku, name: piece.name, detail: piece.detail, price: piece.price ?? null, currency: piece.currency, imageUrl: piece.imageUrl ?? null }
}

/** What is left to show of a piece that the catalogue does not have: the name it was called by. */
export function unknownPiece(key: string): PieceView {
  return { id: key, sku: key, name: key, detail: '', price: null, currency: '', imageUrl: null }
}

/** The pieces that these keys name, by id and by sku, in at most two indexed reads. */
export async function loadPieces(ctx: Context, keys: Iterable<string>): Promise<Pieces> {
  const wanted = [...new Set(keys)]
  if (wanted.length === 0) return new Map()
  const { pieces } = ctx.models
  const [byId, bySku] = await Promise.all([
    pieces.find({ _id: trusted({ $in: wanted }) }).lean<Piece[]>(),
    pieces.find({ sku: trusted({ $in: wanted }) }).lean<Piece[]>(),
  ])
  const found = new Map<string, PieceView>()
  for (const piece of bySku) found.set(piece.sku, pieceView(piece))
  for (const piece of byId) found.set(piece._id, pieceView(piece))
  return found
}
