import type { z } from 'zod'
import type { DemoState, Simulation } from './simulation.ts'
import { randomUUID } from 'node:crypto'
import { buildSimulatorApp } from './app.ts'
import { demoHistory, withStoryAt } from './demo/history.ts'
import { demoCatalogId, demoHouseName, demoLines } from './demo/house.ts'
import { demoMedia } from './demo/media.ts'
import { demoPeople } from './demo/people.ts'
import { demoPieces } from './demo/pieces/catalogue.ts'
import { Faults } from './faults.ts'
import { pageFolder } from './files.ts'
import { Progress } from './providers/progress.ts'
import { seededRandom } from './random.ts'
import { SimulatorSettings } from './settings.ts'
import { MediaShelf } from './state/media-shelf.ts'
import { Phones } from './state/phones.ts'
import { Presence } from './state/presence.ts'
import { Deliverer } from './webhooks/deliverer.ts'
import { handshake } from './webhooks/handshake.ts'
import { WebhookSender } from './webhooks/sender.ts'

export type StartSimulatorOptions = z.input<typeof SimulatorSettings> & {
  /** Says in a few words what happens; never what anybody wrote. */
  log?: (line: string) => void
  /** Tells whoever asks for the simulator's health. @default always `absent` */
  demo?: () => DemoState
}

export type RunningSimulator = {
  /** Address of the page, base path included. */
  url: string
  /** Resolves when no webhook waits any more. */
  idle: () => Promise<void>
  close: () => Promise<void>
}

/**
 * Starts the stand-in for WhatsApp, Instagram and Twilio: their APIs, the phone page and the webhooks that follow. Listens on this machine only.
 * Throws a ZodError for settings that are none.
 */
export async function startSimulator({ log = () => {}, demo = () => 'absent', ...options }: StartSimulatorOptions): Promise<RunningSimulator> {
  const settings = SimulatorSettings.parse(options)
  const random = seededRandom(settings.seed)
  const stop = new AbortController()
  const phones = new Phones(demoLines, demoPeople)
  const presence = new Presence()
  const run = randomUUID()
  let faults = Faults.parse({})
  let count = 0
  let listening = ''
  const now = () => Date.now()
  const ownUrl = () => settings.mountedAt ?? `${listening}${settings.basePath}`
  const deliverer = new Deliverer({ random, duplicateRate: () => faults.duplicateRate, onWire: entry => phones.tell({ type: 'wire', entry }) })
  const sender = new WebhookSender(settings, deliverer)
  const progress = new Progress({ phones, presence, sender, random, now, faults: () => faults, timing: settings.timing, mediaUrl: mediaId => `${ownUrl()}/cdn/${encodeURIComponent(mediaId)}` })
  const simulation: Simulation = {
    settings,
    phones,
    presence,
    shelf: new MediaShelf(demoMedia),
    sender,
    progress,
    random,
    catalogue: demoPieces.map(({ sku, name, detail, price, currency }) => ({ sku, name, detail, price, currency })),
    catalogId: demoCatalogId,
    houseName: demoHouseName,
    demo,
    faults: () => faults,
    setFaults: (wanted) => { faults = wanted },
    now,
    startedAt: now(),
    nextId: () => `${run}/${++count}`,
    ownUrl,
    stopped: stop.signal,
  }
  if (settings.demoNow !== undefined) {
    for (const { side, personId, line, act, id, atMs } of demoHistory(settings.demoNow)) phones.apply(side, personId, line.id, withStoryAt(act, 'photos'), id, atMs, 'read')
  }

  const app = buildSimulatorApp(simulation, pageFolder())
  listening = await app.listen({ port: settings.port, host: settings.host })
  log(`Simulator at ${listening}${settings.basePath}/`)
  void handshake(settings, stop.signal).then(answers => answers.forEach(({ network, ok }) => log(`Webhook handshake of ${network}: ${ok ? 'answered' : 'refused'}`)))
  return {
    url: `${listening}${settings.basePath}/`,
    idle: () => deliverer.idle(),
    close: async () => {
      stop.abort()
      progress.close()
      await deliverer.close()
      await app.close()
    },
  }
}
