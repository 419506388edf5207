import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Context } from '../platform/context.ts'
import multipart from '@fastify/multipart'
import { z } from 'zod'
import { Attachment } from '#contracts'
import { advisorOf, requireAdvisor } from '../accounts/index.ts'
import { visibleConversation } from '../conversations/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { keepFile, streamFile } from './files.ts'
import { rangeOf } from './range.ts'
import { showsInline, sniff } from './sniff.ts'
import { soundOf } from './wav.ts'

/** Largest upload: what every network takes as a video (Meta: 16 MB); a document may be larger there, but not on a shop's line. */
export const maxUploadBytes = 16 * 1024 * 1024

/** Uploading what is to be sent, and handing out what is in a thread. */
export function mediaRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(multipart, { limits: { fileSize: maxUploadBytes, files: 1, fields: 5 } })
    app.post('/uploads', { preHandler: requireAdvisor, schema: { response: { 201: Attachment } } }, async (request, reply) => {
      const advisor = advisorOf(request)
      const part = await request.file()
      if (!part) throw new LoupeError('invalid', 'Choose a file to send.')
      const bytes = await part.toBuffer().catch(() => {
        throw new LoupeError('too_large', 'That file is larger than 16 MB. Send a smaller one.')
      })
      const { mime, kind } = await sniff(bytes, part.mimetype)
      const voice = kind === 'audio' && part.fieldname === 'voice'
      const id = ctx.newId()
      const filename = part.filename.slice(0, 200) || null
      const attachment: Attachment = { id, kind: voice ? 'voice' : kind, mime, ...(filename ? { filename } : {}), bytes: bytes.byteLength, ...soundOf(mime, bytes), state: 'ready' }
      await keepFile(ctx, { _id: id, conversationId: null, uploadedBy: advisor.id, mime, filename, attachment }, bytes)
      return reply.code(201).send(attachment)
    })

    // Not compressed: a range counts the bytes of the file as it is.
    app.get('/media/:id', { preHandler: requireAdvisor, compress: false, schema: { params: z.object({ id: z.string().max(64) }) } }, async (request, reply) => {
      const advisor = advisorOf(request)
      const file = await ctx.models.media.findById(request.params.id).lean()
      if (!file) throw new LoupeError('not_found', 'That file is not here.')
      if (file.conversationId) await visibleConversation(ctx, advisor, file.conversationId)
      else if (file.uploadedBy !== advisor.id) throw new LoupeError('not_found', 'That file is not here.')
      const disposition = showsInline(file.mime) ? 'inline' : 'attachment'
      const name = file.filename ? `; filename*=UTF-8''${encodeURIComponent(file.filename)}` : ''
      reply
        .type(file.mime)
        .header('content-disposition', disposition + name)
        .header('content-security-policy', 'default-src \'none\'; sandbox')
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=86400, immutable')
        .header('accept-ranges', 'bytes')
      const range = rangeOf(request.headers.range, file.bytes)
      if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.bytes}`).send()
      if (!range) return reply.header('content-length', file.bytes).send(streamFile(ctx, file._id))
      return reply.code(206)
        .header('content-range', `bytes ${range.start}-${range.end - 1}/${file.bytes}`)
        .header('content-length', range.end - range.start)
        .send(streamFile(ctx, file._id, range))
    })
  }
}
