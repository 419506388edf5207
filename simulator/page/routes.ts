import type { FastifyPluginAsync } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { Person } from '../world.ts'
import type { Streams } from './stream.ts'
import { z } from 'zod'
import { Act } from '../acts.ts'
import { Faults } from '../faults.ts'
import { voiceNote } from '../media/voice.ts'
import { Newcomer, personOf } from './newcomer.ts'
import { hasAddressOn, perform } from './perform.ts'

const mostUploadBytes = 16 * 1024 * 1024
const id = z.string().min(1).max(100)
const PageId = z.object({ page: id })
const voiceSeconds = z.object({ seconds: z.number().min(1).max(120) })

/** What the phone page asks of the simulator, under `/api`; `/control` is for tests and scripts as well. */
export function pageRoutes(simulation: Simulation, streams: Streams, photos: readonly { name: string, label: string }[]): FastifyPluginAsync {
  const { phones, presence, shelf } = simulation

  /** A person with the lines that they can use, and when they last wrote on each. */
  function shown(person: Person) {
    const lines = phones.lines.filter(line => hasAddressOn(person, line))
    return { ...person, lines: lines.map(line => ({ id: line.id, lastAt: phones.lastFromPerson(person.id, line.id) ?? null })) }
  }

  return async (app) => {
    app.get('/api/world', async () => ({
      house: simulation.houseName,
      lines: phones.lines.map(({ id, kind, label, handle, storeId }) => ({ id, kind, label, handle, storeId })),
      people: phones.people().map(shown),
      catalogue: simulation.catalogue,
      photos,
      faults: simulation.faults(),
      wire: streams.wire,
    }))

    app.get('/api/events', async (request, reply) => streams.open(request, reply, PageId.parse(request.query).page))

    app.get('/api/people/:person/thread/:line', async (request) => {
      const { person, line } = z.object({ person: id, line: id }).parse(request.params)
      return { messages: phones.thread(person, line) }
    })

    app.post('/api/people', async (request, reply) => {
      const person = personOf(Newcomer.parse(request.body), simulation.nextId)
      phones.addPerson(person)
      return reply.code(201).send({ person: shown(person) })
    })

    app.post('/api/acts', async (request, reply) => {
      const { personId, lineId, act } = z.object({ personId: id, lineId: id, act: Act }).parse(request.body)
      return reply.code(202).send({ id: perform(simulation, personId, lineId, act) })
    })

    app.post('/api/voice', async (request, reply) => {
      const { seconds } = voiceSeconds.parse(request.body)
      const file = shelf.put({ mime: 'audio/wav', bytes: voiceNote(simulation.nextId(), seconds) })
      return reply.code(201).send({ mediaId: file.id, mime: file.mime })
    })

    app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer', bodyLimit: mostUploadBytes }, (_request, body, done) => done(null, body))
    app.post('/api/files', { bodyLimit: mostUploadBytes }, async (request, reply) => {
      const { mime, name } = z.object({ mime: z.string().regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/).max(100), name: z.string().max(200).optional() }).parse(request.query)
      const bytes = z.instanceof(Buffer).parse(request.body)
      const file = shelf.put({ mime, bytes, ...(name ? { filename: name } : {}) })
      return reply.code(201).send({ mediaId: file.id, mime: file.mime })
    })

    app.get('/api/files/:id', async (request, reply) => {
      const file = shelf.get(z.object({ id: z.string().max(400) }).parse(request.params).id)
      if (!file) return reply.code(404).send()
      // What a person uploaded is shown as a picture or played, never as a page of its own.
      return reply.type(file.mime).header('content-security-policy', 'sandbox').header('cache-control', 'private, max-age=3600').send(file.bytes)
    })

    app.put('/api/phone/:page', async (request, reply) => {
      const { page } = PageId.parse(request.params)
      const chat = z.object({ chat: z.object({ personId: id, lineId: id }).nullable() }).parse(request.body).chat
      presence.show(page, chat)
      if (chat) simulation.progress.opened(chat.personId, chat.lineId)
      return reply.code(204).send()
    })

    app.get('/control/faults', async () => simulation.faults())
    app.put('/control/faults', async (request) => {
      const faults = Faults.parse(request.body)
      simulation.setFaults(faults)
      phones.tell({ type: 'faults' })
      return faults
    })
  }
}
