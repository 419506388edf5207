import type { RouteLocationNormalized } from 'vue-router'
import type { SessionView } from '#contracts'
import { createRouter, createWebHistory } from 'vue-router'
import AppShell from './shell/AppShell.vue'

/** A one-time link carries its token behind the `#`, which browsers keep to themselves. */
const tokenOf = (to: RouteLocationNormalized) => ({ token: new URLSearchParams(to.hash.slice(1)).get('token') ?? '' })

/** `session` answers who is signed in; without anyone every way leads to sign-in, or to set-up where the link says so. */
export function makeRouter(session: () => Promise<SessionView>) {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: () => import('./accounts/SignInPage.vue'), meta: { open: true } },
      { path: '/setup', name: 'setup', component: () => import('./accounts/SetupPage.vue'), meta: { open: true }, props: tokenOf },
      { path: '/invitation', name: 'invitation', component: () => import('./accounts/InvitationPage.vue'), meta: { open: true }, props: tokenOf },
      {
        path: '/',
        component: AppShell,
        redirect: '/inbox',
        children: [
          { path: 'inbox/:queue?/:conversationId?', name: 'inbox', component: () => import('./list/InboxPage.vue') },
          { path: 'readiness', name: 'readiness', component: () => import('./readiness/ReadinessPage.vue'), meta: { leaders: true } },
          { path: 'settings/:section?', name: 'settings', component: () => import('./settings/SettingsPage.vue'), props: true },
        ],
      },
      { path: '/:rest(.*)*', redirect: '/inbox' },
    ],
  })
  router.beforeEach(async (to) => {
    const view = await session().catch(() => null)
    const signedIn = Boolean(view?.me)
    if (to.meta.open) return signedIn && to.name === 'sign-in' ? { name: 'inbox' } : true
    // Without an answer from the server the page still opens: what was loaded before is better than a closed door.
    if (view && !signedIn) return { name: 'sign-in', query: to.fullPath.length > 1 && to.fullPath !== '/inbox' ? { to: to.fullPath } : {} }
    if (to.meta.leaders && view?.me?.role === 'advisor') return { name: 'inbox' }
    return true
  })
  return router
}
