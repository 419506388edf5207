import type { DemoState } from './simulation.ts'
import type { RunningSimulator } from './start.ts'
import { z } from 'zod'
import { loadDemoHouse } from './demo/load.ts'
import { startSimulator } from './start.ts'

/** What Loupe tells the simulator when it starts one for its sandbox. `channels` are settings by the names they have in the environment. */
export const Launch = z.object({
  loupeUrl: z.url(),
  mountedAt: z.url(),
  apiKey: z.string().min(1),
  channels: z.object({
    WHATSAPP_APP_SECRET: z.string(),
    WHATSAPP_VERIFY_TOKEN: z.string().optional(),
    WHATSAPP_ACCESS_TOKEN: z.string(),
    INSTAGRAM_APP_SECRET: z.string(),
    INSTAGRAM_VERIFY_TOKEN: z.string().optional(),
    TWILIO_ACCOUNT_SID: z.string(),
    TWILIO_AUTH_TOKEN: z.string(),
  }),
  demoAt: z.number(),
  demoLoaded: z.boolean(),
})
export type Launch = z.infer<typeof Launch>

/** The secrets as the simulator names them. */
export function secretsOf(channels: Launch['channels']) {
  return {
    whatsappAppSecret: channels.WHATSAPP_APP_SECRET,
    instagramAppSecret: channels.INSTAGRAM_APP_SECRET,
    twilioAuthToken: channels.TWILIO_AUTH_TOKEN,
    twilioAccountSid: channels.TWILIO_ACCOUNT_SID,
    graphToken: channels.WHATSAPP_ACCESS_TOKEN,
    verifyTokens: {
      ...(channels.WHATSAPP_VERIFY_TOKEN ? { whatsapp: channels.WHATSAPP_VERIFY_TOKEN } : {}),
      ...(channels.INSTAGRAM_VERIFY_TOKEN ? { instagram: channels.INSTAGRAM_VERIFY_TOKEN } : {}),
    },
  }
}

/** Starts the simulator of a sandbox, and loads the demo house unless an earlier start has. `loaded` is absent then. */
export async function launchSimulator(launch: Launch, log?: (line: string) => void): Promise<RunningSimulator & { loaded?: Promise<void> }> {
  const { loupeUrl, mountedAt, apiKey, channels, demoAt, demoLoaded } = launch
  const secrets = secretsOf(channels)
  let demo: DemoState = demoLoaded ? 'loaded' : 'loading'
  const simulator = await startSimulator({ demo: () => demo, loupeUrl, mountedAt, secrets, demoNow: demoAt, ...(log ? { log } : {}) })
  if (demoLoaded) return simulator
  const stop = new AbortController()
  const loaded = loadDemoHouse({ loupeUrl, mountedAt, apiKey, secrets, now: demoAt, signal: stop.signal }).then(({ events }) => {
    demo = 'loaded'
    log?.(`The demo house is loaded: ${events} events`)
  })
  loaded.catch(() => { demo = 'failed' })
  return {
    ...simulator,
    loaded,
    close: async () => {
      stop.abort()
      await loaded.catch(() => {})
      await simulator.close()
    },
  }
}
