import type { FastifyReply, FastifyRequest } from 'fastify'
import type { MediaFile } from '../models/index.ts'
import type { Context } from '../platform/context.ts'
import { streamFile } from './files.ts'
import { rangeOf } from './range.ts'
import { showsInline } from './sniff.ts'

/** Answers with a file, whole or the part that is asked for, so that it can be shown or kept and run nowhere. `maxAge`: seconds that it may be kept by whoever asked. */
export function sendFile(ctx: Context, request: FastifyRequest, reply: FastifyReply, file: MediaFile, maxAge: number): FastifyReply {
  const disposition = showsInline(file.mime) ? 'inline' : 'attachment'
  const name = file.filename ? `; filename*=UTF-8''${encodeURIComponent(file.filename)}` : ''
  reply
    .type(file.mime)
    .header('content-disposition', disposition + name)
    .header('content-security-policy', 'default-src \'none\'; sandbox')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', `private, max-age=${maxAge}, immutable`)
    .header('accept-ranges', 'bytes')
  const range = rangeOf(request.headers.range, file.bytes)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.bytes}`).send()
  if (!range) return reply.header('content-length', file.bytes).send(streamFile(ctx, file._id))
  return reply.code(206)
    .header('content-range', `bytes ${range.start}-${range.end - 1}/${file.bytes}`)
    .header('content-length', range.end - range.start)
    .send(streamFile(ctx, file._id, range))
}
