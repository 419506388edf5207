import type { ApiKey } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { KeyActor } from './policy.ts'
import type { Scope } from './scopes.ts'
import { hashToken, newToken } from '../platform/encryption.ts'
import { scopes } from './scopes.ts'

/** Lets a person, a log and a secret scanner see what a found text is. */
const prefix = 'loupe_'
const noteUseEveryMs = 60_000

/** Makes a key for a machine. The token is given once and only its hash is kept. */
export async function createKey(ctx: Pick<Context, 'models' | 'now'>, options: { name: string, scopes: Scope[] }): Promise<{ token: string, key: ApiKey }> {
  const token = prefix + newToken()
  const key = { _id: hashToken(token), name: options.name, scopes: options.scopes, createdAt: new Date(ctx.now()), lastUsedAt: null, revokedAt: null }
  await ctx.models.apiKeys.create(key)
  return { token, key }
}

/** Makes a key whose token is known beforehand, or leaves it as it is when it is there. */
export async function ensureKey(ctx: Pick<Context, 'models' | 'now'>, options: { token: string, name: string, scopes: Scope[] }): Promise<void> {
  await ctx.models.apiKeys.updateOne(
    { _id: hashToken(options.token) },
    { $set: { name: options.name, scopes: options.scopes }, $setOnInsert: { createdAt: new Date(ctx.now()), lastUsedAt: null, revokedAt: null } },
    { upsert: true },
  )
}

/** Who a bearer token stands for; null for an unknown or revoked one. */
export async function readKey(ctx: Context, token: string): Promise<KeyActor | null> {
  if (!token.startsWith(prefix)) return null
  const key = await ctx.models.apiKeys.findById(hashToken(token)).lean()
  if (!key || key.revokedAt) return null
  if (!key.lastUsedAt || ctx.now() - key.lastUsedAt.getTime() > noteUseEveryMs)
    await ctx.models.apiKeys.updateOne({ _id: key._id }, { $set: { lastUsedAt: new Date(ctx.now()) } })
  return { kind: 'key', id: key._id, name: key.name, scopes: scopes.filter(scope => key.scopes.includes(scope)) }
}
