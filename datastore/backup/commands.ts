import type { Fields } from '../bson/decode.ts'
import type { CommandContext, CommandTable } from '../commands/command.ts'
import { isAbsolute } from 'node:path'
import { int64 } from '../commands/command.ts'
import { fail } from '../errors.ts'
import { copyEnvironment } from './backup.ts'
import { isFree } from './files.ts'

/** Copies the store, as it is at one moment, into an empty directory of this machine; for whoever may read the store's files anyway. */
async function backup({ store, server, session, body }: CommandContext): Promise<Fields> {
  if (!session.isOwner)
    fail('Unauthorized', 'backup is asked on the private socket only')
  const { to } = body
  if (typeof to !== 'string' || !isAbsolute(to) || !isFree(to))
    return fail('BadValue', 'BSON field \'backup.to\' must be the path of an empty directory')
  await server.track(copyEnvironment(store.environment, to))
  return {}
}

/**
 * Writes the files anew, so that nothing of what was deleted is left in them; all else waits meanwhile. Like MongoDB's `compact` it is asked with the name of
 * a collection, but it does all of them. https://www.mongodb.com/docs/manual/reference/command/compact/
 */
async function compact({ store, server }: CommandContext): Promise<Fields> {
  if (store.catalogue.list().some(({ building }) => building.length > 0))
    fail('ConflictingOperationInProgress', 'indexes are being built')
  return { bytesFreed: int64(Math.max(0, await server.compact())) }
}

export const backupCommands: CommandTable = { backup, compact }
