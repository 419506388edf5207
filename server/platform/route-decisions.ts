import type { FastifyInstance, RouteOptions } from 'fastify'
import { isGuard } from '../accounts/guards.ts'

const guarded = Symbol('every route of this plugin has a guard')

declare module 'fastify' {
  interface FastifyInstance {
    [guarded]?: boolean
  }
}

/** A route as it was registered, for the check and for a test that walks them all. */
export type RegisteredRoute = { method: string, url: string, decided: boolean }

/**
 * Refuses to start with a route that does not say who may call it: forgetting it must not open a door. A route says so by `config: { public: true }`, by a
 * guard among its preHandlers, or by a plugin around it that adds a guard as its preHandler hook.
 * @returns every route registered so far, to be asked once the application is ready
 */
export function installRouteDecisions(app: FastifyInstance): () => RegisteredRoute[] {
  const routes: { route: RouteOptions, instance: FastifyInstance }[] = []
  rememberGuardHooks(app)
  app.addHook('onRoute', function (route) { routes.push({ route, instance: this }) })
  const list = () => routes.map(({ route, instance }) => ({
    method: [route.method].flat().join('/'),
    url: route.url,
    decided: route.config?.public === true || instance[guarded] === true || [route.preHandler].flat().some(isGuard),
  }))
  app.addHook('onReady', async () => {
    const open = list().filter(route => !route.decided)
    if (open.length > 0)
      throw new Error(`These routes do not say who may call them; give each a guard of accounts (preHandler: requireScope(…)) or config: { public: true }:\n${open.map(route => `  ${route.method} ${route.url}`).join('\n')}`)
  })
  return list
}

/** Fastify does not tell which hooks a route will run, so that adding a guard is noted on the instance; the plugins inside it inherit the note. */
function rememberGuardHooks(app: FastifyInstance): void {
  const original = app.addHook
  app.addHook = function (this: FastifyInstance, ...given: unknown[]) {
    const [name, handler] = given
    if (name === 'preHandler' && isGuard(handler)) this[guarded] = true
    return Reflect.apply(original, this, given)
  } as typeof app.addHook
}
