/** Plain lists that the interface needs at run time. They stand apart from the schemas so that a browser need not load a validator for them. */

/** Work queues first, folders second. */
export const queueNames = ['ready', 'answer', 'warming', 'let_be', 'mine', 'unassigned', 'all', 'snoozed', 'closed'] as const

/** Signals that a message or a silence of the thread already tells, or that are our own touches: beside it they would say it twice. All others stand between the messages. */
export const shownByMessages = [
  'message', 'question', 'image', 'video', 'voice', 'document', 'location', 'contact_shared', 'reaction', 'story_reply', 'reengaged',
  'read', 'touch_advisor', 'touch_bot', 'touch_followup', 'touch_campaign',
] as const

/** Signals that a message tells where there is one. Told by a till or a site they have none, and stand between the messages as well. */
export const shownByTheirMessage = ['order', 'product_enquiry', 'price_asked'] as const

/** What a provider says when it is asked whether our account works. */
export const channelCheckResults = ['ok', 'refused', 'unset', 'unknown'] as const

/** Ticks of a message of ours. A rank only goes up, so a late `delivered` never undoes a `read`. */
export const messageStatuses = ['scheduled', 'queued', 'sending', 'accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'cancelled'] as const

/** Rank of a status: higher wins. `failed` outranks `sent` (the provider gave up) but never what the customer's phone confirmed. */
export const statusRank: Record<(typeof messageStatuses)[number], number> = {
  scheduled: 0, queued: 1, sending: 2, accepted: 3, sent: 4, failed: 5, cancelled: 5, delivered: 6, read: 7, played: 8,
}
