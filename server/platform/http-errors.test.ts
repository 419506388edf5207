import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { fastify } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { errorCodes, LoupeError } from './errors.ts'
import { answerUnknown, installErrorHandling, toHttp } from './http-errors.ts'

describe('an error over HTTP', () => {
  let app: FastifyInstance
  beforeAll(async () => {
    app = fastify({ bodyLimit: 100 })
    app.setValidatorCompiler(validatorCompiler)
    app.setSerializerCompiler(serializerCompiler)
    installErrorHandling(app)
    answerUnknown(app)
    const typed = app.withTypeProvider<ZodTypeProvider>()
    typed.post('/typed', { schema: { body: z.object({ name: z.string(), age: z.number().int() }) } }, async () => ({ fine: true }))
    typed.get('/rule', async () => { throw new LoupeError('too_many', 'Slow down.', { retryAfter: 7 }) })
    typed.get('/bug', async () => { throw new Error('password is hunter2') })
    typed.get('/lies', { schema: { response: { 200: z.object({ count: z.number() }) } } }, async () => ({ count: 'many' }) as never)
    await app.ready()
  })
  afterAll(() => app.close())

  it('says which field is wrong and how', async () => {
    const answer = await app.inject({ method: 'POST', url: '/typed', payload: { name: 1, age: 1.5 } })
    expect(answer.statusCode).toBe(400)
    expect(answer.json().error).toMatchObject({ code: 'invalid', details: [{ path: 'name' }, { path: 'age' }] })
  })

  it('answers 400 to what is not JSON, 413 to what is too large, 415 to another type, 404 to nowhere', async () => {
    const post = (payload: string, type = 'application/json') => app.inject({ method: 'POST', url: '/typed', payload, headers: { 'content-type': type } })
    const answers = [await post('{'), await post('x'.repeat(200)), await post('a=b', 'application/x-www-form-urlencoded'), await app.inject('/nowhere')]
    expect(answers.map(answer => answer.statusCode)).toEqual([400, 413, 415, 404])
    for (const answer of answers) expect(answer.json()).toEqual({ error: { code: expect.any(String), message: expect.stringMatching(/\.$/) } })
  })

  it('gives a rule\'s sentence, and says when to try again', async () => {
    const answer = await app.inject('/rule')
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['retry-after']).toBe('7')
    expect(answer.json().error).toMatchObject({ code: 'too_many', message: 'Slow down.' })
  })

  it('says nothing of a fault of our own', async () => {
    for (const url of ['/bug', '/lies']) {
      const answer = await app.inject(url)
      expect(answer.statusCode).toBe(500)
      expect(answer.body).not.toMatch(/hunter2|many|at /)
    }
  })

  it('has a status for every code that a rule may fail with', () => {
    for (const code of errorCodes) expect(toHttp(new LoupeError(code, 'x')).status).toBeGreaterThanOrEqual(400)
  })

  it('asks to come back when the store is away', () => {
    const away = Object.assign(new Error('no server'), { name: 'MongoServerSelectionError' })
    expect(toHttp(away)).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } })
  })
})
