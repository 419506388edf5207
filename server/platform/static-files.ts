import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'

/** Addresses that are never a page of the interface, so that a wrong one is answered as what it is. */
const notPages = /^\/(?:api|webhooks|socket\.io|simulator|media|l|chat|track|t\.js|healthz|readyz|metrics|assets)(?:[/?]|$)/

/**
 * Serves the built interface. Files whose name holds their hash are kept by browsers for good, everything else is asked for again. Every other address
 * that a browser opens is a page of the interface, which finds out itself which one.
 */
export async function installStaticFiles(app: FastifyInstance, dir: string): Promise<void> {
  if (!existsSync(dir)) return
  await app.register(async (files) => {
    files.addHook('onRoute', (route) => { route.config = { ...route.config, public: true, storeless: true } })
    await files.register(fastifyStatic, {
      root: dir,
      prefix: '/',
      index: false,
      decorateReply: false,
      cacheControl: false,
      setHeaders(reply, path) {
        reply.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    files.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply, dir))
  })
}

/** Whether a request that met no route asks for a page of the interface. */
export function asksForPage(request: FastifyRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !notPages.test(request.url) && (request.headers.accept ?? '').includes('text/html')
}

/** The interface's one page; read each time, because a new build may have taken its place. */
export async function sendPage(reply: FastifyReply, dir: string): Promise<FastifyReply> {
  const page = await readFile(join(dir, 'index.html'))
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
}
