import type { Store } from '../store.ts'
import type { ChangeFeed } from './feed.ts'
import type { Position } from './position.ts'
import type { Scope } from './scope.ts'
import { scopeKey, scopesOf } from './scope.ts'

/** Where a stream begins: after a position, where, if `exactly`, a change has to be; at a time; or now. */
export type Start = { after: Position, exactly: boolean } | { at: Position } | 'now'

/**
 * Takes care that a scope's changes are logged for a stream, until `release` is called.
 * @returns the position to start after
 * @throws DatastoreError ChangeStreamHistoryLost (286) when not everything from the start on is in the log, ChangeStreamFatalError (280) when the change at the start is not
 */
export async function watchScope({ changes, write }: Store, scope: Scope, start: Start): Promise<{ position: Position, release: () => void }> {
  const scopes = scope.kind === 'deployment' ? [''] : scopesOf(scope.database, scope.kind === 'collection' ? scope.name : '')
  if (start !== 'now' && 'after' in start)
    checkStart(changes, scopes, start)
  const key = scopeKey(scope)
  const noted = changes.isNoted(key) ? key : await write(() => changes.note(scopes))
  const position = start === 'now' ? changes.log.last : 'after' in start ? start.after : start.at - 1n
  changes.checkHistory(scopes, position)
  return { position, release: changes.hold(noted) }
}

function checkStart(changes: ChangeFeed, scopes: readonly string[], { after, exactly }: { after: Position, exactly: boolean }): void {
  changes.checkHistory(scopes, after)
  if (exactly)
    changes.checkPresent(after)
}
