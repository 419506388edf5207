import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { GraphError } from './graph-errors.ts'
import type { TemplateText } from './graph-message.ts'
import { Buffer } from 'node:buffer'
import multipart from '@fastify/multipart'
import { z } from 'zod'
import { callHooks, sameSecret } from './gate.ts'
import { graphErrorBody, graphErrors } from './graph-errors.ts'
import { GraphSend } from './graph-message.ts'
import { InstagramSend, sendOnInstagram } from './instagram-send.ts'
import { PairRate } from './pair-rate.ts'
import { soundFault } from './voice-rules.ts'
import { sendOnWhatsapp } from './whatsapp-send.ts'

const mostUploadBytes = 100 * 1024 * 1024
const Params = z.object({ id: z.string().max(400) })
/** Calls name a version of the API or leave it to the default. */
const roots = ['/graph', '/graph/:version']

/**
 * The Graph API as far as an inbox needs it: messages, media, who a number, account or person is. Paths as on graph.facebook.com and
 * graph.instagram.com under `/graph`; files at `/lookaside/:id` with the token, and at `/cdn/:id` without, as Instagram hands them out.
 */
export function graphRoutes(simulation: Simulation, templateText: TemplateText): FastifyPluginAsync {
  const { phones, shelf, settings } = simulation
  const pairRate = new PairRate()
  const refuse = (reply: FastifyReply, error: GraphError) => reply.code(error.status).send(graphErrorBody(error))
  const lineOf = (id: string) => id === 'me' ? phones.lines.find(line => line.kind === 'instagram') : phones.lineByExternalId('whatsapp', id) ?? phones.lineByExternalId('instagram', id)

  async function send(request: FastifyRequest, reply: FastifyReply) {
    const line = lineOf(Params.parse(request.params).id)
    if (!line) return refuse(reply, graphErrors.noSuchObject)
    if (line.kind === 'instagram') {
      const call = InstagramSend.safeParse(request.body)
      if (!call.success) return refuse(reply, { ...graphErrors.badParameter, details: z.prettifyError(call.error) })
      const answer = await sendOnInstagram(simulation, line, call.data)
      return answer.ok ? answer.body : refuse(reply, answer.error)
    }
    const call = GraphSend.safeParse(request.body)
    if (!call.success) return refuse(reply, { ...graphErrors.badParameter, details: z.prettifyError(call.error) })
    const answer = sendOnWhatsapp(simulation, pairRate, templateText, line, call.data)
    return answer.ok ? answer.body : refuse(reply, answer.error)
  }

  async function upload(request: FastifyRequest, reply: FastifyReply) {
    if (!lineOf(Params.parse(request.params).id)) return refuse(reply, graphErrors.noSuchObject)
    const part = await request.file()
    if (!part) return refuse(reply, graphErrors.badParameter)
    const type = part.fields.type
    const named = type && 'value' in type && typeof type.value === 'string' ? type.value : undefined
    const mime = named ?? part.mimetype
    const bytes = await part.toBuffer()
    const fault = soundFault(mime, bytes)
    if (fault) return refuse(reply, { ...graphErrors.badParameter, message: fault })
    return { id: shelf.put({ mime, bytes, filename: part.filename }).id }
  }

  async function look(request: FastifyRequest, reply: FastifyReply) {
    const { id } = Params.parse(request.params)
    const file = shelf.get(id)
    if (file) return { messaging_product: 'whatsapp', url: `${simulation.ownUrl()}/lookaside/${encodeURIComponent(file.id)}`, mime_type: file.mime, sha256: Buffer.from(file.sha256, 'base64').toString('hex'), file_size: String(file.bytes.length), id: file.id }
    const line = lineOf(id)
    if (line?.kind === 'whatsapp') return { id: line.externalId, verified_name: simulation.houseName, display_phone_number: line.handle, quality_rating: 'GREEN', code_verification_status: 'VERIFIED' }
    if (line) return { id: line.externalId, user_id: line.externalId, username: line.handle.replace(/^@/, ''), name: simulation.houseName }
    const person = phones.personBy(one => one.instagramId === id)
    if (person) return { id, name: person.name, username: person.instagramUsername ?? '' }
    return refuse(reply, graphErrors.noSuchObject)
  }

  async function file(request: FastifyRequest, reply: FastifyReply) {
    const found = shelf.get(Params.parse(request.params).id)
    return found ? reply.type(found.mime).send(found.bytes) : reply.code(404).send()
  }

  return async (app) => {
    const hooks = callHooks(simulation, { broken: () => graphErrorBody(graphErrors.broken) })
    app.addHook('onRequest', hooks.onRequest)
    app.addHook('onResponse', hooks.onResponse)
    app.get('/cdn/:id', file)

    await app.register(async (guarded) => {
      await guarded.register(multipart, { limits: { fileSize: mostUploadBytes, files: 1, fields: 10 } })
      guarded.addHook('onRequest', async (request, reply) => {
        const query = z.object({ access_token: z.string() }).safeParse(request.query)
        const given = request.headers.authorization?.replace(/^Bearer /, '') ?? query.data?.access_token ?? ''
        if (simulation.faults().deadToken || !sameSecret(given, settings.secrets.graphToken)) return refuse(reply, graphErrors.deadToken)
      })
      guarded.get('/lookaside/:id', file)
      for (const root of roots) {
        guarded.post(`${root}/:id/messages`, send)
        guarded.post(`${root}/:id/media`, upload)
        guarded.get(`${root}/:id`, look)
      }
    })
  }
}
