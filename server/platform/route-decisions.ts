import type { FastifyInstance, RouteOptions } from 'fastify'
import { isGuard } from '../accounts/guards.ts'

/** Whether a route says who may call it: it is public by declaration, or one of its preHandlers is a guard. */
export function isDecided(route: Pick<RouteOptions, 'config' | 'preHandler'>): boolean {
  return route.config?.public === true || [route.preHandler].flat().some(isGuard)
}

/** Refuses, at start, every route that does not say who may call it: forgetting it must not open a door. */
export function installRouteDecisions(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!isDecided(route))
      throw new Error(`${[route.method].flat().join('/')} ${route.url} does not say who may call it: give it a guard of accounts (preHandler: requireScope(…)) or config: { public: true }`)
  })
}
