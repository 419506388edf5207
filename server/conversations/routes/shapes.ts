import { z } from 'zod'

/** An id of ours in a path: letters, digits and what stands between them, never an operator. */
export const Id = z.string().max(64).regex(/^[\w:.-]+$/, 'is not an id')
export const IdParams = z.object({ id: Id })

/** How many items a page holds. */
export const limitOf = (normally: number, most = 200) => z.coerce.number().int().min(1).max(most).default(normally)
export const Cursor = z.string().min(1).max(160)
export const Revision = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
/** What somebody typed into a search. */
export const Typed = z.string().trim().min(1).max(200)
