import type { HouseView, Me, QueueCounts, QueueName } from '#contracts'

/** Where somebody may wait for us or be ready, most pressing first. */
const worthALook: QueueName[] = ['ready', 'answer', 'unassigned', 'warming']

/** Nobody has written yet. */
export type EmptyHouse = { kind: 'set_up' } | { kind: 'first', channels: HouseView['channels'] }

/** What to say to a person who has nobody open: it depends on what there is to open. */
type Guidance
  = | EmptyHouse
    | { kind: 'done', others: { queue: QueueName, count: number }[] }
    | { kind: 'quiet' }
    | { kind: 'choose' }

/** `null` until it is known. An advisor is never asked to set up what only an administrator can. */
export function guidanceFor({ queue, counts, house, role }: { queue: QueueName, counts: QueueCounts | undefined, house: Pick<HouseView, 'channels'> | undefined, role: Me['role'] | undefined }): Guidance | null {
  if (!counts || !house) return null
  if (counts[queue] > 0) return { kind: 'choose' }
  if (counts.all + counts.snoozed + counts.closed === 0)
    return house.channels.length === 0 && role === 'administrator' ? { kind: 'set_up' } : { kind: 'first', channels: house.channels }
  const others = worthALook.filter(name => name !== queue && counts[name] > 0).map(name => ({ queue: name, count: counts[name] }))
  return others.length > 0 ? { kind: 'done', others } : { kind: 'quiet' }
}

/** The guidance, where it is for a house to which nobody has written yet. */
export function ofEmptyHouse(guidance: Guidance | null): EmptyHouse | null {
  return guidance?.kind === 'set_up' || guidance?.kind === 'first' ? guidance : null
}
