import type { z } from 'zod'
import type { SetupBody } from '#contracts'
import type { Advisor } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import type { Passwords } from './passwords.ts'
import { hashToken, newToken, sameText } from '../platform/encryption.ts'
import { LoupeError } from '../platform/errors.ts'
import { audit } from './audit.ts'
import { needsSetup } from './session-view.ts'

const goodForMs = 86_400_000

type SetupSetting = { tokenHash: string, expiresAt: string }

/**
 * A one-time link for making the first administrator, good for a day; null when there is one. Only its hash is kept, and making a new one ends the one
 * before. The token stands behind a `#`, which browsers keep to themselves.
 */
export async function createSetupLink(ctx: Context): Promise<string | null> {
  if (!await needsSetup(ctx)) return null
  const token = newToken()
  const value: SetupSetting = { tokenHash: hashToken(token), expiresAt: new Date(ctx.now() + goodForMs).toISOString() }
  await ctx.models.settings.updateOne({ _id: 'setup' }, { $set: { value } }, { upsert: true })
  return `${ctx.config.publicUrl}/setup#token=${token}`
}

/** Makes the first administrator. The link works once: of two that use it at the same moment, one is refused. */
export async function setUp(ctx: Context, passwords: Passwords, body: z.infer<typeof SetupBody>): Promise<Advisor> {
  const found = await ctx.models.settings.findById('setup').lean()
  const setup = found?.value as SetupSetting | undefined
  const tokenHash = hashToken(body.token)
  // Whoever was made administrator in another way since the link was printed has taken its place.
  if (!await needsSetup(ctx)) throw new LoupeError('setup_done', 'This house has an administrator. Ask them to invite you.')
  if (!setup || !sameText(setup.tokenHash, tokenHash) || Date.parse(setup.expiresAt) <= ctx.now())
    throw new LoupeError('forbidden', 'This link is no longer good. Start Loupe again and use the link that it prints.')
  const passwordHash = await passwords.hash(body.password)
  const used = await ctx.models.settings.deleteOne({ '_id': 'setup', 'value.tokenHash': tokenHash })
  if (used.deletedCount === 0) throw new LoupeError('setup_done', 'This link was used a moment ago. Sign in instead.')
  const email = body.email.toLowerCase()
  await ctx.models.advisors.updateOne(
    { email },
    {
      $set: { name: body.name, role: 'administrator', active: true, passwordHash },
      $setOnInsert: { _id: ctx.newId(), storeIds: [], locale: 'en', invitation: null, createdAt: new Date(ctx.now()) },
    },
    { upsert: true },
  )
  const advisor = await ctx.models.advisors.findOne({ email }).lean()
  if (!advisor) throw new LoupeError('unavailable', 'The administrator could not be made. Try again.')
  await audit(ctx, null, 'advisor.first_administrator', { kind: 'advisor', id: advisor._id })
  return advisor
}
