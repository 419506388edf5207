import type { ChannelHealth } from '../channel.ts'
import { SendError } from '../errors.ts'

/**
 * Runs the one cheap call that shows whether a channel works, and gives the name that it found. Never throws. `mayNotAsk`: codes with which a provider refuses the
 * question alone, which says nothing of the account.
 */
export async function healthOf(findName: () => Promise<string | undefined>, mayNotAsk: (code: number) => boolean = () => false): Promise<ChannelHealth> {
  try {
    const name = await findName()
    return { ok: true, dead: false, ...name === undefined ? {} : { name } }
  }
  catch (error) {
    if (!(error instanceof SendError)) return { ok: false, dead: false, problem: 'The check itself failed.', code: 'internal' }
    return { ok: false, dead: error.class === 'dead' && !mayNotAsk(Number(error.code)), problem: error.message, code: error.code }
  }
}
