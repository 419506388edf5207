import type { FastifyInstance } from 'fastify'

/** Holds requests until the store is open, so that the server can listen from its first moment. */
export interface StoreGate {
  isOpen: () => boolean
  open: () => void
}

/** Everything waits but what says `config: { storeless: true }`, and what met no route. */
export function installStoreGate(app: FastifyInstance): StoreGate {
  let opened = false
  let open = () => {}
  const whenOpen = new Promise<void>((resolve) => { open = resolve })
  app.addHook('onRequest', (request, _reply, done) => {
    if (opened || request.is404 || request.routeOptions.config.storeless) done()
    else void whenOpen.then(() => done())
  })
  return { isOpen: () => opened, open() { opened = true; open() } }
}
