import type { Channel } from '../channel.ts'
import { definition } from './definition.ts'
import { errorClass, pauseOf } from './errors.ts'
import { download } from './media.ts'
import { parse } from './parse.ts'
import { check, send, typing } from './send.ts'
import { verifyTwilio } from './verify.ts'

/** WhatsApp and SMS by Twilio. */
export const twilio: Channel = {
  definition,
  verify: verifyTwilio,
  parse,
  send,
  errorClass,
  errorPauseMs: pauseOf,
  typing,
  media: { download },
  check,
}
