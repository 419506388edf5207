import type { InboundEvent } from '#contracts'
import { eventKey } from '../event-keys.ts'
import { metaEntries } from '../meta/body.ts'
import { field, objects } from '../shared/json.ts'
import { changeEvent } from './changes.ts'
import { messagingEvent } from './messaging.ts'

/**
 * The events of an Instagram webhook body: messaging first, then what other applications hold, then changes. A message that stands under both
 * `messaging` and `changes` comes out once.
 * @throws NotThisProviderError when the body as a whole is none.
 */
export function parse(rawBody: Buffer): InboundEvent[] {
  const found = new Map<string, InboundEvent>()
  const add = (event: InboundEvent): void => {
    const key = eventKey(event)
    if (!found.has(key)) found.set(key, event)
  }
  for (const entry of metaEntries(rawBody, 'instagram')) {
    for (const item of objects(entry.body, 'messaging')) add(messagingEvent(item, { entry, standby: false }))
    for (const item of objects(entry.body, 'standby')) add(messagingEvent(item, { entry, standby: true }))
    for (const change of objects(entry.body, 'changes')) add(changeEvent(change, { entry, standby: false }))
    // Meta's own examples also show a change's field and value on the entry itself.
    if (field(entry.body, 'field') !== undefined) add(changeEvent(entry.body, { entry, standby: false }))
  }
  return [...found.values()]
}
