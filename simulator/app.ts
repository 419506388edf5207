import type { FastifyInstance } from 'fastify'
import type { Simulation } from './simulation.ts'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { z } from 'zod'
import { demoPieces } from './demo/pieces/catalogue.ts'
import { piecePicture } from './demo/pieces/picture.ts'
import { demoTemplateText } from './demo/words.ts'
import { photos } from './media/photos.ts'
import { CannotError } from './page/perform.ts'
import { pageRoutes } from './page/routes.ts'
import { Streams } from './page/stream.ts'
import { graphRoutes } from './providers/graph.ts'
import { twilioRoutes } from './providers/twilio.ts'

const statusOf: Record<CannotError['code'], number> = { no_person: 404, no_line: 404, no_message: 404, no_file: 404, no_address: 409, not_on_this_line: 409 }

/** Everything the simulator answers, under its base path. `folder` holds the built page; without it the page is not served. */
export function buildSimulatorApp(simulation: Simulation, folder: string | undefined): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: 1024 * 1024, routerOptions: { maxParamLength: 400 }, forceCloseConnections: true })
  const streams = new Streams(simulation)
  app.addHook('onClose', async () => streams.close())
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => streams.close())

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: { code: 'invalid', message: z.prettifyError(error) } })
    if (error instanceof CannotError) return reply.code(statusOf[error.code]).send({ error: { code: error.code, message: error.message } })
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
    return reply.code(status).send({ error: { code: status < 500 ? 'invalid' : 'broken', message: status < 500 && error instanceof Error ? error.message : 'The simulator could not do this.' } })
  })

  app.register(async (mounted) => {
    await mounted.register(graphRoutes(simulation, demoTemplateText))
    await mounted.register(twilioRoutes(simulation))
    await mounted.register(pageRoutes(simulation, streams, photos))

    mounted.get('/pieces/:file', async (request, reply) => {
      const { file } = z.object({ file: z.string().max(40) }).parse(request.params)
      const piece = demoPieces.find(({ sku }) => file === `${sku}.svg`)
      if (!piece) return reply.code(404).send()
      return reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').header('content-security-policy', 'default-src \'none\'; style-src \'unsafe-inline\'').send(piecePicture(piece.picture, piece.name))
    })
    mounted.get('/healthz', async () => ({ ok: true, demo: simulation.demo() }))
    if (folder) await mounted.register(fastifyStatic, { root: folder, prefix: '/', index: 'index.html', redirect: true })
  }, { prefix: simulation.settings.basePath })
  return app
}
