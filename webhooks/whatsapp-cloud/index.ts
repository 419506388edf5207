import type { Channel } from '../channel.ts'
import { handshakeMeta, verifyMeta } from '../meta/trust.ts'
import { definition } from './definition.ts'
import { errorClass, graphErrors } from './errors.ts'
import { download } from './media.ts'
import { parse } from './parse.ts'
import { check, markRead, send, upload } from './send.ts'

/** WhatsApp by Meta's own Cloud API. */
export const whatsappCloud: Channel = {
  definition,
  verify: verifyMeta,
  handshake: handshakeMeta,
  parse,
  send,
  errorClass,
  errorPauseMs: graphErrors.pauseMs,
  markRead: (target, context) => markRead(target, context),
  typing: (target, context) => markRead(target, context, true),
  media: { download, upload },
  check,
}
