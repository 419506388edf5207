import type { Context } from '../../server/platform/context.ts'
import { sessionCookieName } from '../../server/accounts/cookies.ts'
import { createSession } from '../../server/accounts/sessions.ts'
import { fillSmallHouse } from '../../server/testing/small-house.ts'
import { withHouse } from '../support/product.ts'

/** Fills the small house and signs in `sessions` advisors who see all its stores. Gives their cookies. */
export function seedSmallHouse(environment: Record<string, string>, sessions = 1): Promise<string[]> {
  return withHouse(environment, async (ctx) => {
    await fillSmallHouse(ctx.models)
    return signInMany(ctx, sessions)
  })
}

async function signInMany(ctx: Context, sessions: number): Promise<string[]> {
  const storeIds = (await ctx.models.stores.find({}, { _id: 1 }).lean()).map(store => store._id)
  const cookies: string[] = []
  for (let i = 0; i < sessions; i++) {
    const _id = `bench-${i}`
    await ctx.models.advisors.create({ _id, name: `Advisor ${i}`, email: `bench-${i}@house.example`, passwordHash: null, role: 'advisor', storeIds, locale: 'en', active: true, createdAt: new Date(ctx.now()) })
    const { token } = await createSession(ctx, _id)
    cookies.push(`${sessionCookieName(ctx.config)}=${token}`)
  }
  return cookies
}
