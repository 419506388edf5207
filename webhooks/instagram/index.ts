import type { Channel } from '../channel.ts'
import { handshakeMeta, verifyMeta } from '../meta/trust.ts'
import { definition } from './definition.ts'
import { errorClass } from './errors.ts'
import { download } from './media.ts'
import { parse } from './parse.ts'
import { check, send, senderAction } from './send.ts'

/** Instagram messages, comments and mentions. */
export const instagram: Channel = {
  definition,
  verify: verifyMeta,
  handshake: handshakeMeta,
  parse,
  send,
  errorClass,
  markRead: (target, context) => senderAction('mark_seen', target, context),
  typing: (target, context) => senderAction('typing_on', target, context),
  media: { download },
  check,
}
