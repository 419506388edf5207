import type { Bubble } from '../state/message.ts'
import { z } from 'zod'

const mediaRef = z.object({ id: z.string().optional(), link: z.string().optional(), caption: z.string().optional(), filename: z.string().optional() })

const productItems = z.array(z.object({ product_retailer_id: z.string() }))

const Interactive = z.discriminatedUnion('type', [
  z.object({ type: z.literal('product'), body: z.object({ text: z.string() }).optional(), action: z.object({ catalog_id: z.string(), product_retailer_id: z.string() }) }),
  z.object({ type: z.literal('product_list'), header: z.object({ text: z.string() }), body: z.object({ text: z.string() }), action: z.object({ catalog_id: z.string(), sections: z.array(z.object({ title: z.string().optional(), product_items: productItems })).min(1).max(10) }) }),
  z.object({ type: z.literal('button'), body: z.object({ text: z.string() }), action: z.object({ buttons: z.array(z.object({ type: z.literal('reply'), reply: z.object({ id: z.string(), title: z.string().max(20) }) })).min(1).max(3) }) }),
  z.object({ type: z.literal('list'), body: z.object({ text: z.string() }), action: z.object({ button: z.string(), sections: z.array(z.object({ rows: z.array(z.object({ id: z.string(), title: z.string() })) })) }) }),
])

const Template = z.object({
  name: z.string().regex(/^[a-z0-9_]+$/),
  language: z.object({ code: z.string() }),
  components: z.array(z.object({ type: z.string(), parameters: z.array(z.object({ type: z.string(), text: z.string().optional() })).optional() })).optional(),
})

const content = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.object({ body: z.string().min(1).max(4096) }) }),
  z.object({ type: z.literal('image'), image: mediaRef }),
  z.object({ type: z.literal('video'), video: mediaRef }),
  z.object({ type: z.literal('audio'), audio: mediaRef.extend({ voice: z.boolean().optional() }) }),
  z.object({ type: z.literal('document'), document: mediaRef }),
  z.object({ type: z.literal('sticker'), sticker: mediaRef }),
  z.object({ type: z.literal('location'), location: z.object({ latitude: z.coerce.number(), longitude: z.coerce.number(), name: z.string().optional() }) }),
  z.object({ type: z.literal('reaction'), reaction: z.object({ message_id: z.string(), emoji: z.string() }) }),
  z.object({ type: z.literal('interactive'), interactive: Interactive }),
  z.object({ type: z.literal('template'), template: Template }),
])
export type GraphContent = z.infer<typeof content>

/** `POST /{phone-number-id}/messages`: a message, or that one was read. */
export const GraphSend = z.union([
  z.object({ messaging_product: z.literal('whatsapp'), status: z.literal('read'), message_id: z.string(), typing_indicator: z.object({ type: z.literal('text') }).optional() }),
  z.intersection(
    z.object({
      messaging_product: z.literal('whatsapp'),
      to: z.string().optional(),
      recipient: z.string().optional(),
      context: z.object({ message_id: z.string() }).optional(),
      biz_opaque_callback_data: z.string().max(512).optional(),
    }),
    // WhatsApp reads a message without a type as a text.
    z.preprocess(body => typeof body === 'object' && body !== null && !('type' in body) ? { ...body, type: 'text' } : body, content),
  ),
])

/** A template's words as the phone shows them; `textOf` knows the house's library, else its name and parameters are shown. */
export type TemplateText = (name: string, language: string, params: readonly string[]) => string

/** What the message looks like on the phone; undefined for a reaction, which hangs on another one. `mediaOf` gives the kept file's mime type. */
export function bubbleOfGraph(message: GraphContent, mimeOf: (mediaId: string) => string | undefined, templateText: TemplateText): Bubble | undefined {
  const file = (kind: 'image' | 'video' | 'voice' | 'document' | 'sticker', ref: z.infer<typeof mediaRef>): Bubble => ({
    kind,
    ...(ref.id ? { mediaId: ref.id, mime: mimeOf(ref.id) ?? '' } : {}),
    ...(ref.caption ? { text: ref.caption } : {}),
    ...(ref.filename ? { filename: ref.filename } : {}),
  })
  switch (message.type) {
    case 'text': return { kind: 'text', text: message.text.body }
    case 'image': return file('image', message.image)
    case 'video': return file('video', message.video)
    case 'audio': return file('voice', message.audio)
    case 'document': return file('document', message.document)
    case 'sticker': return file('sticker', message.sticker)
    case 'location': return { kind: 'location', place: message.location }
    case 'reaction': return undefined
    case 'interactive': return bubbleOfInteractive(message.interactive)
    case 'template': {
      const params = message.template.components?.filter(part => part.type.toLowerCase() === 'body').flatMap(part => part.parameters?.map(parameter => parameter.text ?? '') ?? []) ?? []
      return { kind: 'template', text: templateText(message.template.name, message.template.language.code, params) }
    }
  }
}

function bubbleOfInteractive(interactive: z.infer<typeof Interactive>): Bubble {
  switch (interactive.type) {
    case 'product': return { kind: 'products', skus: [interactive.action.product_retailer_id], ...(interactive.body ? { text: interactive.body.text } : {}) }
    case 'product_list': return { kind: 'products', skus: interactive.action.sections.flatMap(section => section.product_items.map(item => item.product_retailer_id)), text: interactive.body.text }
    case 'button': return { kind: 'text', text: interactive.body.text, buttons: interactive.action.buttons.map(({ reply }) => ({ payload: reply.id, title: reply.title })) }
    case 'list': return { kind: 'text', text: interactive.body.text, buttons: interactive.action.sections.flatMap(section => section.rows.map(row => ({ payload: row.id, title: row.title }))) }
  }
}
