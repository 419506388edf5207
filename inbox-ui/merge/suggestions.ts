import type { QueryClient } from '@tanstack/vue-query'
import type { MergeSuggestionView, MergesView } from '#contracts'
import { keys } from '../api/keys.ts'

/**
 * Takes a suggestion off the page before the server has answered.
 *
 * @returns puts it back, among whatever has been suggested meanwhile
 */
export function takeSuggestionOff(queries: QueryClient, customerId: string, suggestion: MergeSuggestionView): () => void {
  const key = keys.merges(customerId)
  // An answer that is on its way still has it.
  void queries.cancelQueries({ queryKey: key })
  queries.setQueryData<MergesView>(key, view => view && { ...view, suggestions: view.suggestions.filter(({ id }) => id !== suggestion.id) })
  return () => {
    queries.setQueryData<MergesView>(key, view => view && { ...view, suggestions: [suggestion, ...view.suggestions.filter(({ id }) => id !== suggestion.id)] })
    void queries.invalidateQueries({ queryKey: key })
  }
}
