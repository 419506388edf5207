import type { SessionView } from '#contracts'
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { provideLeaving } from './actions/leaving.ts'
import { createApi, provideApi } from './api/client.ts'
import { ApiFailure, createHttp } from './api/http.ts'
import { keys } from './api/keys.ts'
import App from './App.vue'
import { makeOutbox, provideOutbox } from './composer/outbox.ts'
import { firstLanguage, makeI18n, setLanguage } from './lib/i18n.ts'
import { provideClock } from './lib/useClock.ts'
import { makeRealtime, provideRealtime } from './realtime/useRealtime.ts'
import { makeRouter } from './router.ts'
import { provideShortcuts } from './shell/useShortcuts.ts'
import { provideToasts } from './shell/useToasts.ts'
import './app.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (times, error) => times < 2 && !(error instanceof ApiFailure && error.status >= 400 && error.status < 500),
    },
  },
})
const held = () => queries.getQueryData<SessionView>(keys.session)

async function signedOut() {
  await queries.invalidateQueries({ queryKey: keys.session })
  realtime.disconnect()
  await router.push({ name: 'sign-in', query: { to: router.currentRoute.value.fullPath } })
}

const http = createHttp({
  csrf: () => held()?.csrfToken ?? '',
  renewCsrf: () => queries.fetchQuery({ queryKey: keys.session, queryFn: api.session, staleTime: 0 }),
  onSignedOut: () => { void signedOut() },
})
const api = createApi(http)
const realtime = makeRealtime({
  api,
  queries,
  onEnded: (reason) => {
    if (reason === 'role_changed') location.reload()
    else void signedOut()
  },
})
const router = makeRouter(() => queries.fetchQuery({ queryKey: keys.session, queryFn: api.session, staleTime: Infinity }))
const i18n = makeI18n()

const app = createApp(App)
app.use(VueQueryPlugin, { queryClient: queries })
app.use(i18n)
provideApi(app, api)
provideRealtime(app, realtime)
provideOutbox(app, makeOutbox({ api, queries, storage: localStorage }))
provideClock(app)
provideToasts(app)
provideLeaving(app)
provideShortcuts(app)
app.use(router)

await setLanguage(i18n.global, firstLanguage(localStorage.getItem('loupe.language'), navigator.languages)).catch(() => {})
app.mount('#app')

if (import.meta.env.PROD) void import('./shell/serviceWorker.ts').then(worker => worker.start())
