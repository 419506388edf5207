import { z } from 'zod'
import { messageStatuses } from './tables.ts'

/** A file of ours that is to be sent; the bytes are handed to the channel, which uploads them where the provider wants that. */
export const OutboundMedia = z.object({
  kind: z.enum(['image', 'video', 'audio', 'voice', 'document']),
  mime: z.string(),
  filename: z.string().optional(),
  /** Address at which the provider may fetch it, where the provider fetches instead of taking uploads. */
  url: z.string().optional(),
})

/** What one outbound message contains, before any provider's dialect. */
export const OutboundContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().min(1).max(4096) }),
  z.object({ kind: z.literal('media'), media: OutboundMedia, caption: z.string().max(1024).optional() }),
  /** `paramNames`: names of the parameters, in the same order, for a template that names them. */
  z.object({ kind: z.literal('template'), name: z.string(), language: z.string(), params: z.array(z.string()), paramNames: z.array(z.string()).optional(), preview: z.string() }),
  z.object({ kind: z.literal('product'), catalogId: z.string(), productIds: z.array(z.string()).min(1).max(30), text: z.string().max(1024).optional() }),
  z.object({ kind: z.literal('reaction'), emoji: z.string().nullable(), targetId: z.string() }),
])
export type OutboundContent = z.infer<typeof OutboundContent>

/**
 * What to do about a refused send. `retry` after a pause; `slow` down the whole number; `window` needs a template;
 * `elsewhere` tries another channel; `suppress` stops writing to this person; `content` is our own fault, show it;
 * `dead` means that the channel's token or account no longer works.
 */
export const sendErrorClasses = ['retry', 'slow', 'window', 'elsewhere', 'suppress', 'content', 'dead'] as const
export type SendErrorClass = (typeof sendErrorClasses)[number]

export const MessageStatus = z.enum(messageStatuses)
export type MessageStatus = z.infer<typeof MessageStatus>
