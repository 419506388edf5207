import type { QueueName } from '#contracts'

/** What there is to do stands as tabs; where else to look stands behind the title. */
export const tabs: QueueName[] = ['ready', 'answer', 'warming', 'let_be']
export const folders: QueueName[] = ['mine', 'unassigned', 'all', 'snoozed', 'closed']

/** The server stops counting at a thousand. */
export function shownCount(count: number | undefined): string {
  if (count === undefined) return ''
  return count >= 1000 ? '999+' : String(count)
}
