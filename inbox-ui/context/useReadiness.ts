import type { MaybeRefOrGetter } from 'vue'
import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from '../api/client.ts'
import { keys } from '../api/keys.ts'

/** What the reading of a person is made of, asked once it is wanted and again when the reading has changed. */
export function useExplanation(customerId: MaybeRefOrGetter<string>, readAt: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.explanation(toValue(customerId), toValue(readAt))),
    queryFn: ({ signal }) => api.explain(toValue(customerId), signal),
    enabled: () => toValue(enabled),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  })
}

/** The events behind the reasons of a reading, asked once one of them is opened. */
export function useBehind(customerId: MaybeRefOrGetter<string>, readAt: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.behind(toValue(customerId), toValue(readAt))),
    queryFn: ({ signal }) => api.readiness(toValue(customerId), signal),
    enabled: () => toValue(enabled),
    staleTime: 300_000,
  })
}

/** How somebody stood at the end of a day; null asks nothing. While another day is fetched the former one stays. */
export function useReplay(customerId: MaybeRefOrGetter<string>, day: MaybeRefOrGetter<string | null>, model: MaybeRefOrGetter<'then' | 'now'>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.replay(toValue(customerId), toValue(day) ?? '', toValue(model))),
    queryFn: ({ signal }) => api.replay(toValue(customerId), toValue(day)!, toValue(model), signal),
    enabled: () => toValue(day) !== null,
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  })
}
