import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiError } from '#contracts'
import type { ErrorCode } from './errors.ts'
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod'
import { LoupeError } from './errors.ts'

const statusOf: Record<ErrorCode, number> = {
  not_found: 404,
  forbidden: 403,
  not_signed_in: 401,
  bad_credentials: 401,
  invalid: 400,
  conflict: 409,
  too_many: 429,
  too_large: 413,
  csrf: 403,
  stale: 409,
  gate_closed: 409,
  gate_asks: 409,
  too_late: 409,
  unavailable: 503,
  setup_done: 409,
  sandbox_only: 403,
  not_carried: 409,
  no_public_url: 409,
}

const nothingHere = 'There is nothing at this address.'

/** What Fastify itself refuses before a handler runs, in our codes. */
const ofFastify: Record<string, [ErrorCode, string, status?: number]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['too_large', 'The request is too large.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid', 'The request is not as long as it says.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid', 'The request is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid', 'The request has no JSON body.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['invalid', 'Send JSON (content-type: application/json).', 415],
  FST_ERR_BAD_URL: ['invalid', 'The address is not valid.'],
  FST_REQ_FILE_TOO_LARGE: ['too_large', 'The file is too large.'],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['invalid', 'Send a form (content-type: multipart/form-data).', 415],
}

/** Puts every failure of every route into one form, `{error: {code, message, details}}`. The only place that knows HTTP statuses of errors. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, body } = toHttp(error)
    if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url, method: request.method }, 'request failed')
    if (status === 429) reply.header('retry-after', retryAfter(body.error.details))
    return reply.code(status).send(body)
  })
}

/** What the framework answers by itself, before a request has met a route or a hook, in the same form. */
export function answerEarly(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = toHttp(error)
  void reply.code(status).type('application/json').send(body)
}

/** Answers what met no route. `orElse` may answer instead; it gives null to leave it. */
export function answerUnknown(app: FastifyInstance, orElse: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | null = () => null): void {
  app.setNotFoundHandler((request, reply) => orElse(request, reply) ?? reply.code(404).send(shape('not_found', nothingHere)))
}

/** The answer that stands for an error. What is not expected says nothing of itself. */
export function toHttp(error: unknown): { status: number, body: ApiError } {
  if (error instanceof LoupeError) return { status: statusOf[error.code], body: shape(error.code, error.message, error.details) }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map(issue => ({ path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'), problem: issue.message ?? 'is not valid' }))
    const first = details[0]
    return { status: 400, body: shape('invalid', first ? `${first.path || 'The request'}: ${first.problem}` : 'The request is not valid.', details) }
  }
  if (isResponseSerializationError(error)) return internal()
  const code = (error as Partial<FastifyError> | null)?.code ?? ''
  const known = ofFastify[code]
  if (known) return { status: known[2] ?? statusOf[known[0]], body: shape(known[0], known[1]) }
  const status = (error as Partial<FastifyError> | null)?.statusCode
  // What the server of static files will not show (a directory, a name with a zero character) is as if it were not there.
  if (status === 403 || status === 404) return { status: 404, body: shape('not_found', nothingHere) }
  if (status !== undefined && status >= 400 && status < 500) return { status, body: shape('invalid', 'The request cannot be understood.') }
  if (isStoreAway(error)) return { status: 503, body: shape('unavailable', 'The store cannot be reached. Try again in a moment.') }
  return internal()
}

function internal() {
  return { status: 500, body: shape('internal', 'Something went wrong on our side. It was recorded; try again in a moment.') }
}

function shape(code: string, message: string, details?: unknown): ApiError {
  return { error: { code, message, ...(details === undefined ? {} : { details }) } }
}

/** The driver's names for a database that does not answer. */
function isStoreAway(error: unknown): boolean {
  return error instanceof Error && /^Mongo(?:oose)?(?:ServerSelection|Network|NetworkTimeout|NotConnected|PoolCleared|TopologyClosed)\w*Error$/.test(error.name)
}

function retryAfter(details: unknown): string {
  const seconds = (details as { retryAfter?: unknown } | undefined)?.retryAfter
  return String(typeof seconds === 'number' ? seconds : 60)
}
