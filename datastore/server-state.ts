import type { SignIn } from './auth/sasl.ts'
import type { Users } from './auth/users.ts'
import type { SlowQueries } from './slow-queries.ts'
import type { Counters } from './status.ts'
import type { Trouble } from './trouble.ts'

/** What belongs to the serving of a store rather than to its data. */
export interface ServerState {
  users: Users
  signIn: SignIn
  counters: Counters
  slowQueries: SlowQueries
  trouble: Trouble
  /** Has the store's end wait for some work. */
  track: <T>(work: Promise<T>) => Promise<T>
  /** Writes the files anew while all else waits. @returns how many bytes smaller they are */
  compact: () => Promise<number>
}
