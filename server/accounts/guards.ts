import type { FastifyRequest } from 'fastify'
import type { Role } from '#contracts'
import type { Actor, AdvisorActor } from './policy.ts'
import type { Scope } from './scopes.ts'
import { LoupeError } from '../platform/errors.ts'
import { hasRole, scopesOf } from './policy.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null for a stranger. Set before any handler runs. */
    actor: Actor | null
  }
  interface FastifyContextConfig {
    /** Anyone may call this route: it checks its callers itself, or has nothing to hide. */
    public?: boolean
    /** Answered before the store is open: the page that signs in, health. */
    storeless?: boolean
  }
}

const decides = Symbol('decides who may call a route')

/** A preHandler that lets a request through or throws. Routes without one, and without `config: { public: true }`, are refused at start. */
export type Guard = ((request: FastifyRequest) => Promise<void>) & { [decides]: true }

function guard(check: (request: FastifyRequest) => void): Guard {
  return Object.assign(async (request: FastifyRequest) => check(request), { [decides]: true } as const)
}

/** Whether a preHandler is one that decides who may call. */
export function isGuard(handler: unknown): boolean {
  return typeof handler === 'function' && decides in handler
}

/** Lets signed-in people through; not keys. */
export const requireAdvisor: Guard = guard((request) => { advisorOf(request) })

/** Lets people of this role, or of one above it, through. */
export function requireRole(role: Role): Guard {
  return guard((request) => {
    if (!hasRole(advisorOf(request), role)) throw new LoupeError('forbidden', 'Your role does not allow this. Ask an administrator.')
  })
}

/** Lets keys with this scope through, and people whose role has it. */
export function requireScope(scope: Scope): Guard {
  return guard((request) => {
    const actor = actorOf(request)
    if (!scopesOf(actor).includes(scope)) throw new LoupeError('forbidden', actor.kind === 'key' ? `This key lacks the scope ${scope}.` : 'Your role does not allow this. Ask an administrator.')
  })
}

/** Who asks. Throws `not_signed_in` for a stranger. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new LoupeError('not_signed_in', 'Sign in first.')
  return request.actor
}

/** The person who asks. Throws `not_signed_in` for a stranger, `forbidden` for a key. */
export function advisorOf(request: FastifyRequest): AdvisorActor {
  const actor = actorOf(request)
  if (actor.kind !== 'advisor') throw new LoupeError('forbidden', 'This is for people; a key cannot do it.')
  return actor
}
