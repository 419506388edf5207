import type { FastifyInstance } from 'fastify'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

/** Collects every route's schema from here on; call it before the routes are registered. */
export async function installOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Loupe', version: '1', description: 'Errors have the form {"error": {"code", "message", "details"}}. Lists are read on with the cursor that the page before gave.' },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key made with keys:create or in Settings.' },
          session: { type: 'apiKey', in: 'cookie', name: 'loupe', description: 'The cookie of a signed-in browser; what changes something also needs the header x-csrf-token.' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    // Only the API is described: pages, health and webhooks have their own readers.
    transform: input => input.url.startsWith('/api/v1/') ? jsonSchemaTransform(input) : { schema: { hide: true }, url: input.url },
  })
}

/** `/api/openapi.json` and `/api/docs`. They describe the interface and hold nothing of the house. */
export async function installApiDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => { route.config = { ...route.config, public: true, storeless: true } })
    docs.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
    await docs.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true, uiConfig: { deepLinking: true, docExpansion: 'none', url: '/api/openapi.json' } })
  })
}
