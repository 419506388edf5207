import type { MaybeRefOrGetter } from 'vue'
import type { LearningModels, UseModelBody } from '#contracts'
import type { ReportFilter } from '../api/client.ts'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue } from 'vue'
import { useI18n } from 'vue-i18n'
import { useApi } from '../api/client.ts'
import { ApiFailure, isOffline } from '../api/http.ts'
import { keys } from '../api/keys.ts'
import { useToasts } from '../shell/useToasts.ts'

/** How often a page that is open asks where learning stands, milliseconds: while something goes on, and while nothing does. */
const soon = 3000
const seldom = 60_000

export function useLearningStatus() {
  const api = useApi()
  return useQuery({
    queryKey: keys.learningStatus,
    queryFn: api.learningStatus,
    refetchInterval: query => query.state.data && query.state.data.state !== 'idle' ? soon : seldom,
    refetchOnMount: 'always',
  })
}

/** The report of one part of the house. While another part is fetched the former one stays. */
export function useLearningReport(filter: MaybeRefOrGetter<ReportFilter>) {
  const api = useApi()
  return useQuery({
    queryKey: computed(() => keys.learningReport(toValue(filter))),
    queryFn: ({ signal }) => api.learningReport(toValue(filter), signal),
    placeholderData: keepPreviousData,
    staleTime: seldom,
  })
}

export function useLearningModels() {
  const api = useApi()
  return useQuery({ queryKey: keys.learningModels, queryFn: api.learningModels, staleTime: seldom })
}

/** Long enough to see that the wrong version was chosen. */
const undoMs = 15_000

/** Putting a version in use and asking to learn. Both answer null when done, else the sentence that says why not and what to do. */
export function useLearningActions() {
  const api = useApi()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { t, te } = useI18n()

  const renew = () => queries.invalidateQueries({ queryKey: keys.learning })

  function problemOf(error: unknown): string {
    // What was decided on is no longer so: show how it is now.
    if (error instanceof ApiFailure && error.status >= 400 && error.status < 500) void renew()
    if (isOffline(error)) return t('learning.problem.offline')
    const code = error instanceof ApiFailure ? error.code : 'unknown'
    return te(`learning.problem.${code}`) ? t(`learning.problem.${code}`) : t('learning.problem.unknown')
  }

  async function use(version: string, body: UseModelBody, before: LearningModels): Promise<string | null> {
    try { queries.setQueryData(keys.learningModels, await api.putModelInUse(version, body)) }
    catch (error) { return problemOf(error) }
    void renew()
    const changed = version !== before.inUse
    toasts.say(t(changed ? 'learning.use.done' : body.pinned ? 'learning.use.pinned' : 'learning.use.released'), {
      group: 'learning',
      ms: undoMs,
      action: { label: t('common.undo'), run: () => { void takeBack(version, before) } },
    })
    return null
  }

  async function takeBack(version: string, before: LearningModels) {
    try {
      queries.setQueryData(keys.learningModels, await api.putModelInUse(before.inUse, { replacing: version, reason: t('learning.use.undoReason'), pinned: before.pinned }))
      toasts.say(t('learning.use.undone'), { group: 'learning' })
    }
    catch (error) { toasts.say(problemOf(error), { tone: 'danger', group: 'learning' }) }
    void renew()
  }

  async function learnNow(): Promise<string | null> {
    try { queries.setQueryData(keys.learningStatus, await api.learnNow()) }
    catch (error) { return problemOf(error) }
    return null
  }
  return { use, learnNow }
}
