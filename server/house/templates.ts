import type { Channel, Template } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { channelById } from '#webhooks'
import { channelSettings } from '../platform/channels.ts'

const mostTemplates = 500

/** The provider's account that holds a number's templates, as its setting `accountId` names it; null where nobody has said. */
function accountOf(ctx: Context, channel: Channel): string | null {
  return channelSettings(ctx, channel).accountId ?? null
}

/** What may be sent through a number: what its account holds, and what names no account. */
const heldBy = (ctx: Context, channel: Channel) => ({ accountId: { $in: [...new Set([accountOf(ctx, channel), null])] } })

function takesTemplates(channel: Channel): boolean {
  return channelById(channel.adapter)?.definition.networks[channel.channel]?.templates ?? false
}

/** The house's templates, at most 500, by name and language. */
export function allTemplates(ctx: Context): Promise<Template[]> {
  return ctx.models.templates.find().sort({ name: 1, language: 1 }).limit(mostTemplates).lean<Template[]>()
}

/** The templates that may leave through one of our numbers, at most 500: none where its network knows no templates. */
export async function templatesThrough(ctx: Context, channel: Channel): Promise<Template[]> {
  if (!takesTemplates(channel)) return []
  return ctx.models.templates.find(heldBy(ctx, channel)).sort({ name: 1, language: 1 }).limit(mostTemplates).lean<Template[]>()
}

/** One template as it leaves through this number: the account's own before one that names no account. Null when there is none. */
export async function templateThrough(ctx: Context, channel: Channel, name: string, language: string): Promise<Template | null> {
  if (!takesTemplates(channel)) return null
  const found = await ctx.models.templates.find({ name, language, ...heldBy(ctx, channel) }).limit(2).lean<Template[]>()
  return found.find(template => template.accountId != null) ?? found[0] ?? null
}
