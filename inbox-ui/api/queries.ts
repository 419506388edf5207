import type { MaybeRefOrGetter } from 'vue'
import type { RowFilter } from './client.ts'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useApi } from './client.ts'
import { keys } from './keys.ts'

const hour = 3_600_000

export function useSession() {
  const api = useApi()
  const query = useQuery({ queryKey: keys.session, queryFn: api.session, staleTime: Infinity })
  return {
    session: query.data,
    me: computed(() => query.data.value?.me ?? null),
    sandbox: computed(() => query.data.value?.sandbox ?? false),
  }
}

/** The house and look-ups by id; an id that is not known gives null. */
export function useHouse() {
  const api = useApi()
  const { data: house } = useQuery({ queryKey: keys.house, queryFn: api.house, staleTime: hour, shallow: true })
  const stores = computed(() => new Map(house.value?.stores.map(s => [s.id, s])))
  const colleagues = computed(() => new Map(house.value?.colleagues.map(c => [c.id, c])))
  const tags = computed(() => new Map(house.value?.tags.map(t => [t.name, t])))
  return {
    house,
    storeName: (id: string | null | undefined) => id ? stores.value.get(id)?.name ?? null : null,
    colleagueName: (id: string | null | undefined) => id ? colleagues.value.get(id)?.name ?? null : null,
    firstName: (id: string | null | undefined) => id ? colleagues.value.get(id)?.name.split(' ')[0] ?? null : null,
    tagColor: (name: string) => tags.value.get(name)?.color ?? 'var(--muted)',
  }
}

export function useQueues() {
  const api = useApi()
  return useQuery({ queryKey: keys.queues, queryFn: api.queues, staleTime: Infinity })
}

/** Pages of rows. They are kept fresh by live changes, never loaded again as a whole: with many pages that would be many requests. */
export function useRows(filter: MaybeRefOrGetter<RowFilter>) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: computed(() => keys.rows(toValue(filter))),
    queryFn: ({ pageParam, signal }) => api.rows(toValue(filter), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    staleTime: Infinity,
    structuralSharing: false,
    shallow: true,
  })
}

export function useConversation(id: MaybeRefOrGetter<string | null>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.conversation(toValue(id) ?? '')),
    queryFn: () => api.conversation(toValue(id)!),
    enabled: () => toValue(id) !== null,
    staleTime: 60_000,
    shallow: true,
  })
}

/** Pages of a thread, newest page first; inside a page oldest entry first, as the API gives it. */
export function useThread(id: MaybeRefOrGetter<string>) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: computed(() => keys.thread(toValue(id))),
    queryFn: ({ pageParam }) => api.thread(toValue(id), { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.nextCursor,
    staleTime: Infinity,
    structuralSharing: false,
    shallow: true,
  })
}

export function useGate(id: MaybeRefOrGetter<string>, laneId: MaybeRefOrGetter<string | null>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.gate(toValue(id), toValue(laneId) ?? '')),
    queryFn: () => api.gate(toValue(id), toValue(laneId)!),
    enabled: () => toValue(laneId) !== null,
    staleTime: 30_000,
    refetchInterval: 120_000,
  })
}

export function useQuickReplies() {
  const api = useApi()
  return useQuery({ queryKey: keys.quickReplies, queryFn: api.quickReplies, select: page => page.items, staleTime: hour })
}

export function useTemplates(conversationId: MaybeRefOrGetter<string>, laneId: MaybeRefOrGetter<string | null>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.templates(toValue(laneId) ?? '')),
    queryFn: () => api.templates(toValue(conversationId), toValue(laneId)!),
    enabled: () => toValue(laneId) !== null,
    select: page => page.items,
    staleTime: 5 * 60_000,
  })
}

export function usePieces(q: MaybeRefOrGetter<string>, enabled: MaybeRefOrGetter<boolean> = true) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.pieces(toValue(q))),
    queryFn: () => api.pieces(toValue(q)),
    enabled: () => toValue(enabled),
    select: page => page.items,
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  })
}

export function useSearch(q: MaybeRefOrGetter<string>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.search(toValue(q))),
    queryFn: ({ signal }) => api.search(toValue(q), signal),
    enabled: () => toValue(q).length >= 2,
    select: page => page.items,
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  })
}
