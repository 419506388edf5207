import type { LearningWeeks, ReportScope } from '#contracts'
import type { ReportFilter } from '../api/client.ts'

/** Weeks that may be asked for; `contracts` has the same in a schema, which stays on the server. */
export const weekChoices = [4, 13, 26] as const satisfies readonly LearningWeeks[]

/** A part of the house as it stands in the address: `house`, `region.IN`, `store.bandra`. */
export function scopeKey({ kind, id }: Pick<ReportScope, 'kind' | 'id'>): string {
  return kind === 'house' ? 'house' : `${kind}.${id}`
}

/** What an address asks for; what it does not say, or says wrongly, is the widest part and a quarter of a year. */
export function filterOf(scope: unknown, weeks: unknown): ReportFilter {
  const [kind, ...rest] = typeof scope === 'string' ? scope.split('.') : []
  const id = rest.join('.')
  return {
    storeId: kind === 'store' && id !== '' ? id : null,
    region: kind === 'region' && /^[A-Z]{2}$/.test(id) ? id : null,
    weeks: weekChoices.find(choice => String(choice) === weeks) ?? 13,
  }
}
