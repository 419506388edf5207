import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { AdvisorActor } from '../accounts/index.ts'
import type { MediaFile } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import multipart from '@fastify/multipart'
import { z } from 'zod'
import { Attachment, plainLine } from '#contracts'
import { advisorOf, requireAdvisor } from '../accounts/index.ts'
import { isInSight } from '../conversations/index.ts'
import { LoupeError } from '../platform/errors.ts'
import { keepFile } from './files.ts'
import { nameFor, prepare } from './prepare.ts'
import { sendFile } from './serve.ts'
import { waveformOf } from './waveform.ts'

/** Largest upload: what every network takes as a video (Meta: 16 MB); a document may be larger there, but not on a shop's line. */
export const maxUploadBytes = 16 * 1024 * 1024
const dayInSeconds = 86_400
/** Characters. */
const longestFilename = 200

/** What a form that cannot be read to its end is answered with. */
function unreadable(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_REQ_FILE_TOO_LARGE') throw new LoupeError('too_large', 'That file is larger than 16 MB. Send a smaller one.')
  if (code === 'FST_INVALID_MULTIPART_CONTENT_TYPE') throw error
  throw new LoupeError('invalid', 'That file did not come whole. Send it again.')
}

/** Whether an advisor may have a file: of a conversation that they may see, or uploaded by themselves and not yet sent. */
async function mayHave(ctx: Context, advisor: AdvisorActor, { conversationId, uploadedBy }: Pick<MediaFile, 'conversationId' | 'uploadedBy'>): Promise<boolean> {
  if (!conversationId) return uploadedBy === advisor.id
  const conversation = await ctx.models.conversations.findById(conversationId, { storeIds: 1, ownerId: 1, mergedInto: 1 }).lean()
  return conversation !== null && isInSight(advisor, conversation)
}

/** Uploading what is to be sent, and handing out what is in a thread. */
export function mediaRoutes(ctx: Context): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(multipart, { limits: { fileSize: maxUploadBytes, files: 1, fields: 5 } })
    app.post('/uploads', { preHandler: requireAdvisor, schema: { summary: 'Upload one file to be sent, up to 16 MB; a voice note comes in the field `voice`', consumes: ['multipart/form-data'], response: { 201: Attachment } } }, async (request, reply) => {
      const advisor = advisorOf(request)
      const part = await request.file().catch(unreadable)
      if (!part) throw new LoupeError('invalid', 'Choose a file to send.')
      const given = await part.toBuffer().catch(unreadable)
      if (given.byteLength === 0) throw new LoupeError('invalid', 'That file is empty. Choose another.')
      const { mime, kind, bytes, sound } = await prepare(given, part.mimetype)
      const voice = kind === 'audio' && part.fieldname === 'voice'
      const drawn = voice && !sound.waveform ? waveformOf(part.fields.waveform) : {}
      const id = ctx.newId()
      const filename = nameFor([...plainLine(part.filename)].slice(0, longestFilename).join(''), mime) || null
      const attachment: Attachment = { id, kind: voice ? 'voice' : kind, mime, ...(filename ? { filename } : {}), bytes: bytes.byteLength, ...sound, ...drawn, state: 'ready' }
      await keepFile(ctx, { _id: id, conversationId: null, uploadedBy: advisor.id, mime, filename, attachment }, bytes)
      return reply.code(201).send(attachment)
    })

    // Not compressed: a range counts the bytes of the file as it is.
    app.get('/media/:id', { preHandler: requireAdvisor, compress: false, schema: { summary: 'A file of a thread, whole or a range of its bytes', params: z.object({ id: z.string().max(64) }) } }, async (request, reply) => {
      const advisor = advisorOf(request)
      const file = await ctx.models.media.findById(request.params.id).lean()
      // Whether there is a file that somebody may not see is not theirs to know either: both are answered alike.
      if (!file || !await mayHave(ctx, advisor, file)) throw new LoupeError('not_found', 'That file is not here.')
      return sendFile(ctx, request, reply, file, dayInSeconds)
    })
  }
}
