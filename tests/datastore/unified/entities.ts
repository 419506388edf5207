import type { AbstractCursor, ChangeStream, ClientSession, Collection, Db, GridFSBucket, MongoClient } from 'mongodb'
import type { EventLog } from './events.ts'
import type { MatchContext } from './match.ts'
import { mismatch } from './mismatch.ts'

/** Operations that run beside the others, one after another. */
export interface Thread { work: Promise<void> }

/** What the entities of one test are, by their kind. */
interface Kinds {
  client: MongoClient
  database: Db
  collection: Collection
  session: ClientSession
  bucket: GridFSBucket
  cursor: { cursor: AbstractCursor, first: unknown[] }
  stream: ChangeStream
  thread: Thread
  value: unknown
}
export type Kind = keyof Kinds
type Entity = { [K in Kind]: { kind: K, it: Kinds[K] } }[Kind]

/** The names a test has given, each to one thing. */
export class Entities implements MatchContext {
  private readonly byName = new Map<string, Entity>()
  readonly logs = new Map<string, EventLog>()

  add<K extends Kind>(kind: K, name: string, it: Kinds[K]): void {
    if (this.byName.has(name))
      mismatch(name, 'the entity is there already')
    // The pair is an Entity for every K; the compiler only sees the union of kinds.
    this.byName.set(name, { kind, it } as Entity)
  }

  /** @throws Mismatch when there is no entity of that name and kind */
  get<K extends Kind>(kind: K, name: unknown): Kinds[K] {
    const found = this.byName.get(String(name))
    // `add` wrote kind and thing as a pair.
    return found?.kind === kind ? found.it as Kinds[K] : mismatch(String(name), `there is no ${kind} entity of that name`)
  }

  kindOf(name: string): Kind {
    return this.byName.get(name)?.kind ?? mismatch(name, 'there is no entity of that name')
  }

  /** All entities of a kind. */
  all<K extends Kind>(kind: K): Kinds[K][] {
    // `add` wrote kind and thing as a pair.
    return [...this.byName.values()].filter(entity => entity.kind === kind).map(entity => entity.it as Kinds[K])
  }

  logOf(client: unknown): EventLog {
    return this.logs.get(String(client)) ?? mismatch(String(client), 'there is no client entity of that name')
  }

  valueOf(name: string): unknown {
    return this.get('value', name)
  }

  lsidOf(name: string): unknown {
    return this.get('session', name).id
  }
}
