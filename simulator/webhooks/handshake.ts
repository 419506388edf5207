import type { SimulatorSettings } from '../settings.ts'

/** Plays the GET by which Meta checks that a webhook address is the house's own, for every verify token that is known. Never throws. */
export async function handshake({ loupeUrl, secrets }: Pick<SimulatorSettings, 'loupeUrl' | 'secrets'>, stopped: AbortSignal): Promise<{ network: string, ok: boolean }[]> {
  return Promise.all(Object.entries(secrets.verifyTokens).map(async ([network, token]) => {
    const challenge = '1158201444'
    const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': challenge, 'hub.verify_token': token })
    try {
      const answer = await fetch(`${loupeUrl}/webhooks/${network}?${query}`, { signal: AbortSignal.any([stopped, AbortSignal.timeout(10_000)]) })
      return { network, ok: answer.ok && await answer.text() === challenge }
    }
    catch {
      return { network, ok: false }
    }
  }))
}
