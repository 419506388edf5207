import type { ConversationRow } from '#contracts'
import type { Conversation } from '../../models/index.ts'
import { initialsOf, shownName } from './masking.ts'

/** Fields that a row shows, for a query: what else a conversation holds stays in the store. */
export const rowFields = 'customerId name preview lastAt channel storeId ownerId unread waitingSince mark p7 nextAction snoozedUntil state tags revision'

/**
 * A conversation as a row of the list.
 * @param conversation the stored document
 * @param whole whether the reader may see phone numbers whole (`seesWholeAddress`); without it a name that is only a number is masked
 */
export function rowView(conversation: Conversation, whole = false): ConversationRow {
  const name = shownName(conversation.name, whole)
  const { preview } = conversation
  return {
    id: conversation._id,
    customerId: conversation.customerId,
    name,
    initials: initialsOf(name),
    preview: { text: preview.text, kind: preview.kind, mine: preview.mine, ...(typeof preview.seconds === 'number' ? { seconds: preview.seconds } : {}) },
    lastAt: conversation.lastAt.toISOString(),
    channel: conversation.channel,
    storeId: conversation.storeId ?? null,
    ownerId: conversation.ownerId ?? null,
    unread: conversation.unread,
    waitingSince: conversation.waitingSince?.toISOString() ?? null,
    mark: conversation.mark,
    p7: conversation.p7,
    nextAction: conversation.nextAction,
    snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
    state: conversation.state,
    tags: conversation.tags,
    revision: conversation.revision,
  }
}
