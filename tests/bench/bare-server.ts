/** The floor of the accept benchmark: a Fastify server that checks a delivery's signature and does nothing else. */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import process from 'node:process'
import fastify from 'fastify'

const secret = process.env.BARE_SECRET ?? ''
const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/webhooks/whatsapp', (request, reply) => {
  const expected = createHmac('sha256', secret).update(request.body as Buffer).digest()
  const given = Buffer.from(String(request.headers['x-hub-signature-256']).slice('sha256='.length), 'hex')
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  reply.code(genuine ? 200 : 401).send()
})
await app.listen({ port: Number(process.env.BARE_PORT), host: '127.0.0.1' })
process.stdout.write('listening\n')
