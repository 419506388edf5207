import type { App } from 'vue'
import type { SessionView } from '#contracts'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { provideLeaving } from './actions/leaving.ts'
import { createApi, provideApi } from './api/client.ts'
import { ApiFailure, createHttp } from './api/http.ts'
import { keys } from './api/keys.ts'
import { makeOutbox, provideOutbox } from './composer/outbox.ts'
import { makeUploads, provideUploads } from './composer/uploads.ts'
import { makeI18n } from './lib/i18n.ts'
import { provideClock } from './lib/useClock.ts'
import { makeLost, provideLost } from './realtime/lost.ts'
import { makeRealtime, provideRealtime } from './realtime/useRealtime.ts'
import { makeRouter } from './router.ts'
import { provideShortcuts } from './shell/useShortcuts.ts'
import { provideToasts } from './shell/useToasts.ts'

/** A request that was refused is refused again; one that got no answer is worth two more tries. */
const retry = (times: number, error: Error) => times < 2 && !(error instanceof ApiFailure && error.status >= 400 && error.status < 500)

/** Gives the application everything that its parts share, and answers its languages. */
export function assemble(app: App) {
  const queries = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, retry } } })
  /** What ends a session and renews its token stands further down, and is only ever called later. */
  const late = { signedOut: async () => {}, renew: async (): Promise<unknown> => undefined }
  const http = createHttp({
    csrf: () => queries.getQueryData<SessionView>(keys.session)?.csrfToken ?? '',
    renewCsrf: () => late.renew(),
    onSignedOut: () => { void late.signedOut() },
  })
  const api = createApi(http)
  const session = (staleTime: number) => queries.fetchQuery({ queryKey: keys.session, queryFn: api.session, staleTime })
  const router = makeRouter(() => session(Infinity))
  const outbox = makeOutbox({ api, queries, storage: localStorage })
  const uploads = makeUploads({ api, storage: sessionStorage })
  const lost = makeLost({
    queries,
    outbox,
    uploads,
    storage: localStorage,
    leave: (id, mergedInto) => {
      const { params, query } = router.currentRoute.value
      if (params.conversationId === id) void router.replace({ name: 'inbox', params: { ...params, conversationId: mergedInto ?? '' }, query })
    },
  })
  const realtime = makeRealtime({
    api,
    queries,
    onLost: lost,
    onEnded: (reason) => {
      if (reason === 'role_changed') location.reload()
      else void late.signedOut()
    },
  })
  late.renew = () => session(0)
  late.signedOut = async () => {
    await queries.invalidateQueries({ queryKey: keys.session })
    realtime.disconnect()
    await router.push({ name: 'sign-in', query: { to: router.currentRoute.value.fullPath } })
  }

  const i18n = makeI18n()
  app.use(VueQueryPlugin, { queryClient: queries })
  app.use(i18n)
  provideApi(app, api)
  provideRealtime(app, realtime)
  provideOutbox(app, outbox)
  provideUploads(app, uploads)
  provideLost(app, lost)
  provideClock(app)
  provideToasts(app)
  provideLeaving(app)
  provideShortcuts(app)
  app.use(router)
  return i18n
}
