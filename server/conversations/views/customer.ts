import type { CustomerView } from '#contracts'
import type { Address, Customer, StoredSignal } from '../../models/index.ts'
import type { Context } from '../../platform/context.ts'
import type { Pieces } from './piece.ts'
import { initialsOf, shownAddress, shownName } from './masking.ts'
import { loadPieces, unknownPiece } from './piece.ts'

/** What the context pane shows of a person beside their own document. */
export type CustomerSurroundings = {
  addresses: readonly Address[]
  /** Signals of type `purchase`, newest first. */
  purchases: readonly StoredSignal[]
  pieces: Pieces
  ownerId: string | null
  /** Whether the reader may see addresses whole. */
  whole: boolean
  /** Milliseconds since the epoch. */
  now: number
}

const lineMs = 90 * 86_400_000
const maxPurchases = 50
const maxAddresses = 50

/** What a row and the context pane both say of a person; `whole` as for addresses. */
export function personView(customer: Customer, whole: boolean): Pick<CustomerView, 'id' | 'name' | 'initials' | 'city' | 'timeZone' | 'locale' | 'tags' | 'optedOut' | 'createdAt'> {
  const name = shownName(customer.name, whole)
  return {
    id: customer._id,
    name,
    initials: initialsOf(name),
    city: customer.city ?? null,
    timeZone: customer.timeZone ?? null,
    locale: customer.locale ?? null,
    tags: customer.tags,
    optedOut: customer.optedOutAt != null,
    createdAt: customer.createdAt.toISOString(),
  }
}

/** A person as the context pane shows them to one reader. */
export function customerView(customer: Customer, around: CustomerSurroundings): CustomerView {
  return {
    ...personView(customer, around.whole),
    addresses: around.addresses.map(address => ({ kind: address.kind, channel: address.channel ?? null, value: shownAddress(address, around.whole), since: address.since.toISOString() })),
    firstTouch: customer.firstTouch ? { source: customer.firstTouch.source, detail: customer.firstTouch.detail ?? null, at: customer.firstTouch.at.toISOString() } : null,
    keyDates: customer.keyDates.map(({ kind, date }) => ({ kind, date })),
    ownerId: around.ownerId,
    readiness: customer.readiness ?? null,
    line: customer.line.filter(point => point.at.getTime() >= around.now - lineMs).map(({ at, p }) => ({ at: at.toISOString(), p })),
    pieces: [...customer.pieces].sort((a, b) => b.lastAt.getTime() - a.lastAt.getTime()).map(({ pieceId, seen, wished, lastAt }) => ({
      piece: around.pieces.get(pieceId) ?? unknownPiece(pieceId),
      seen,
      wished,
      lastAt: lastAt.toISOString(),
    })),
    purchases: around.purchases.map(signal => purchaseView(signal, around.pieces)),
  }
}

function purchaseView({ at, meta = {} }: StoredSignal, pieces: Pieces): CustomerView['purchases'][number] {
  const known = meta.pieceId === undefined ? undefined : pieces.get(meta.pieceId)
  return { at: at.toISOString(), pieceName: meta.pieceName ?? known?.name ?? meta.pieceId ?? '', amount: meta.amount ?? null, currency: meta.currency ?? null, storeId: meta.storeId ?? null }
}

/** Loads what a customer's view shows beside their document: addresses, purchases and pieces, each by its index and bounded. */
export async function customerSurroundings(ctx: Context, customer: Customer): Promise<Pick<CustomerSurroundings, 'addresses' | 'purchases' | 'pieces' | 'now'>> {
  const { addresses, signals } = ctx.models
  const [owned, purchases] = await Promise.all([
    addresses.find({ customerId: customer._id }).limit(maxAddresses).lean<Address[]>(),
    signals.find({ customerId: customer._id, type: 'purchase' }).sort({ at: -1 }).limit(maxPurchases).lean<StoredSignal[]>(),
  ])
  owned.sort((a, b) => a.since.getTime() - b.since.getTime() || (a._id < b._id ? -1 : 1))
  const pieces = await loadPieces(ctx, [...customer.pieces.map(piece => piece.pieceId), ...purchases.flatMap(signal => signal.meta?.pieceId ?? [])])
  return { addresses: owned, purchases, pieces, now: ctx.now() }
}
