import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import compress from '@fastify/compress'
import helmet from 'helmet'

const halfAYear = 15_552_000

/**
 * Headers that limit what a page of ours may do, and compression. Scripts come from here only and none stands in a page; styles may be set by
 * components on their own elements; pictures may come from a catalogue elsewhere.
 */
export async function installSecurity(app: FastifyInstance, config: Pick<Config, 'publicUrl' | 'sandbox'>): Promise<void> {
  const secure = config.publicUrl.startsWith('https:')
  // Made once: making it for each request, as the framework's plugin does, costs as much as a small answer.
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ['\'self\''],
        'script-src': ['\'self\''],
        'script-src-attr': ['\'none\''],
        'style-src': ['\'self\'', '\'unsafe-inline\''],
        'img-src': ['\'self\'', 'data:', 'blob:', 'https:'],
        'media-src': ['\'self\'', 'blob:'],
        'font-src': ['\'self\'', 'data:'],
        'connect-src': ['\'self\'', ...socketSources(config.publicUrl)],
        'worker-src': ['\'self\'', 'blob:'],
        'frame-src': ['\'self\''],
        'object-src': ['\'none\''],
        'base-uri': ['\'none\''],
        'form-action': ['\'self\''],
        // The simulator's phone may stand beside the inbox in one page.
        'frame-ancestors': [config.sandbox ? '\'self\'' : '\'none\''],
        ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: halfAYear, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: config.sandbox ? 'sameorigin' : 'deny' },
    // Catalogue pictures from elsewhere would be refused otherwise.
    crossOriginEmbedderPolicy: false,
  })
  app.addHook('onRequest', (request, reply, done) => protect(request.raw, reply.raw, error => done(error instanceof Error ? error : undefined)))
  await app.register(compress, { global: true, threshold: 1024, encodings: ['br', 'gzip'], brotliOptions: { params: { 1: 4 } } })
}

/** Older browsers do not take a WebSocket to the same host for `'self'`. */
function socketSources(publicUrl: string): string[] {
  return [publicUrl.replace(/^http/, 'ws')]
}
