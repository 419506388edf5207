import type { ChannelHealth } from '../channel.ts'
import { SendError } from '../errors.ts'

/** Runs the one cheap call that shows whether a channel works, and gives the name that it found. Never throws. */
export async function healthOf(findName: () => Promise<string | undefined>): Promise<ChannelHealth> {
  try {
    const name = await findName()
    return { ok: true, dead: false, ...name === undefined ? {} : { name } }
  }
  catch (error) {
    if (!(error instanceof SendError)) return { ok: false, dead: false, problem: 'The check itself failed.', code: 'internal' }
    return { ok: false, dead: error.class === 'dead', problem: error.message, code: error.code }
  }
}
