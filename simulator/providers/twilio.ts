import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { Person } from '../world.ts'
import { z } from 'zod'
import { digitsOf, twilioSid } from '../ids.ts'
import { fetchFromHouse } from './fetch-from-house.ts'
import { callHooks, sameSecret } from './gate.ts'

const SendForm = z.object({
  To: z.string().min(1),
  From: z.string().optional(),
  MessagingServiceSid: z.string().optional(),
  Body: z.string().max(1600).optional(),
  MediaUrl: z.string().optional(),
  ContentSid: z.string().optional(),
  ContentVariables: z.string().optional(),
  StatusCallback: z.string().optional(),
})

/** An error as Twilio's REST API words it. */
type TwilioError = { status: number, code: number, message: string }
const errorBody = ({ status, code, message }: TwilioError) => ({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })

const errors = {
  unauthorised: { status: 401, code: 20003, message: 'Authenticate' },
  broken: { status: 500, code: 20500, message: 'Internal Server Error' },
  noBody: { status: 400, code: 21602, message: 'A Message body, media URL or Content SID is required.' },
  badFrom: { status: 400, code: 21606, message: 'The \'From\' phone number provided is not a valid message-capable phone number for this account.' },
  badTo: { status: 400, code: 21211, message: 'The \'To\' number is not a valid phone number.' },
  unsubscribed: { status: 400, code: 21610, message: 'Attempt to send to unsubscribed recipient' },
  noSuchFile: { status: 404, code: 20404, message: 'The requested resource was not found' },
} as const satisfies Record<string, TwilioError>

const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'])
const startWords = new Set(['START', 'UNSTOP', 'YES'])
const notFetched = { code: 11200, title: 'HTTP retrieval failure', details: '' }
/** What a file is on the phone, by its type. */
function bubbleKind(mime: string): 'image' | 'video' | 'voice' | 'document' {
  const [family] = mime.split('/')
  return family === 'image' || family === 'video' ? family : family === 'audio' ? 'voice' : 'document'
}
const undeliverable = { code: 30005, title: 'Unknown destination handset', details: '' }

/** Twilio's REST API as far as an inbox needs it: `/twilio/2010-04-01/Accounts/:sid/Messages.json` and the media of a message. */
export function twilioRoutes(simulation: Simulation): FastifyPluginAsync {
  const { phones, settings, shelf } = simulation
  const refuse = (reply: FastifyReply, error: TwilioError) => reply.code(error.status).send(errorBody(error))

  /** Twilio refuses to write to who sent STOP last; START undoes it. */
  function hasStopped(person: Person, lineId: string): boolean {
    let stopped = false
    for (const { side, bubble } of phones.thread(person.id, lineId)) {
      const word = side === 'person' ? bubble.text?.trim().toUpperCase() ?? '' : ''
      if (stopWords.has(word)) stopped = true
      if (startWords.has(word)) stopped = false
    }
    return stopped
  }

  return async (app) => {
    const hooks = callHooks(simulation, { broken: () => errorBody(errors.broken) })
    app.addHook('onRequest', hooks.onRequest)
    app.addHook('onResponse', hooks.onResponse)
    app.addHook('onRequest', async (request: FastifyRequest, reply) => {
      const { twilioAccountSid, twilioAuthToken } = settings.secrets
      const wanted = `Basic ${Buffer.from(`${twilioAccountSid}:${twilioAuthToken}`).toString('base64')}`
      if (simulation.faults().deadToken || !sameSecret(request.headers.authorization ?? '', wanted)) return refuse(reply, errors.unauthorised)
    })
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 64 * 1024 }, (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))))

    app.get('/twilio/2010-04-01/Accounts/:sid(^\\w+).json', async () => ({ sid: settings.secrets.twilioAccountSid, friendly_name: simulation.houseName, status: 'active', type: 'Full' }))

    app.post('/twilio/2010-04-01/Accounts/:sid/Messages.json', async (request, reply) => {
      const form = SendForm.safeParse(request.body)
      if (!form.success || !(form.data.Body ?? form.data.MediaUrl ?? form.data.ContentSid)) return refuse(reply, errors.noBody)
      const { To, From, Body, MediaUrl, ContentSid, ContentVariables, StatusCallback } = form.data
      const line = phones.lines.find(one => one.kind === 'sms' && (From === undefined || one.externalId === From))
      if (!line) return refuse(reply, errors.badFrom)
      const digits = To.replace(/\D/g, '')
      if (digits.length < 7) return refuse(reply, errors.badTo)
      const person = phones.personBy(one => one.phone === digits) ?? newcomer(digits)
      if (hasStopped(person, line.id)) return refuse(reply, errors.unsubscribed)

      const file = MediaUrl ? await fetchFromHouse(simulation, MediaUrl) : undefined
      const id = twilioSid(MediaUrl ? 'MM' : 'SM', simulation.nextId())
      const text = Body ?? (ContentSid ? `${ContentSid} ${ContentVariables ?? ''}` : '')
      const message = {
        id,
        personId: person.id,
        lineId: line.id,
        side: 'house' as const,
        atMs: simulation.now(),
        bubble: file ? { kind: bubbleKind(file.mime), mediaId: file.id, mime: file.mime, text, ...(file.filename ? { filename: file.filename } : {}) } : { kind: 'text' as const, text },
        reactions: {},
        tick: 'accepted' as const,
      }
      const failure = simulation.faults().undeliverable ? undeliverable : MediaUrl && !file ? notFetched : undefined
      if (!failure) phones.addMessage(message)
      simulation.progress.start({ message, line, person, accountSid: settings.secrets.twilioAccountSid, ...(StatusCallback ? { callback: StatusCallback } : {}), ...(failure ? { failure } : {}) })
      return reply.code(201).send({
        sid: id,
        account_sid: settings.secrets.twilioAccountSid,
        api_version: '2010-04-01',
        body: text,
        from: line.externalId,
        to: To,
        status: 'queued',
        direction: 'outbound-api',
        num_segments: '1',
        num_media: MediaUrl ? '1' : '0',
        error_code: null,
        error_message: null,
        date_created: new Date(message.atMs).toUTCString(),
        date_updated: new Date(message.atMs).toUTCString(),
        date_sent: null,
        price: null,
        price_unit: 'USD',
        messaging_service_sid: null,
        subresource_uris: { media: `/2010-04-01/Accounts/${settings.secrets.twilioAccountSid}/Messages/${id}/Media.json` },
        uri: `/2010-04-01/Accounts/${settings.secrets.twilioAccountSid}/Messages/${id}.json`,
      })
    })

    app.get('/twilio/2010-04-01/Accounts/:sid/Messages/:message/Media/:id', async (request, reply) => {
      const file = shelf.get(z.object({ id: z.string().max(400) }).parse(request.params).id)
      if (!file) return refuse(reply, errors.noSuchFile)
      return reply.type(file.mime).send(file.bytes)
    })
  }

  function newcomer(digits: string): Person {
    const person: Person = { id: `p${digits}`, name: `+${digits}`, phone: digits, userId: `ZZ.${digitsOf(digits)}`, city: '', language: 'en' }
    phones.addPerson(person)
    return person
  }
}
