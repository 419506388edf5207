import type { ChannelConfig, ChannelContext } from '../channel.ts'
import { SendError } from '../errors.ts'

/** A context with the real `fetch` and a clock that stands still. */
export function contextOf(config: ChannelConfig, parts: Partial<ChannelContext> = {}): ChannelContext {
  return { config, fetch: (input, init) => fetch(input, init), now: () => Date.UTC(2026, 8, 21, 12), ...parts }
}

/** The SendError that a promise ends in; fails when it ends in anything else. */
export async function sendErrorOf(promise: Promise<unknown>): Promise<SendError> {
  const found = await promise.then(() => undefined, (error: unknown) => error)
  if (found instanceof SendError) return found
  throw new Error('No SendError was thrown.', { cause: found })
}
