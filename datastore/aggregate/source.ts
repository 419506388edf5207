import type { Options } from 'mingo/types'
import type { Fields } from '../bson/decode.ts'
import { fail } from '../errors.ts'

/** Where stages find other collections, and how they run pipelines of their own. */
export interface Source {
  /** The documents of a collection or view, or of a collection those that a filter finds. */
  read: (name: string, filter?: Fields) => Fields[]
  /** Whether a filter on a field of a collection is answered by an index. */
  isIndexed: (name: string, path: string) => boolean
  /** Runs stages over documents with further variables. */
  run: (stages: readonly Fields[], documents: Fields[], variables: Fields) => Fields[]
}

type Resolver = NonNullable<Options['collectionResolver']> & { source: Source }

/** mingo hands its options to every stage; a source travels with them on the function that mingo looks collections up with. */
export function resolverOf(source: Source): Resolver {
  return Object.assign((name: string) => source.read(name), { source })
}

/** The source that a stage was given. */
export function sourceOf(options: Options): Source {
  const resolver = options.collectionResolver as Resolver | undefined
  return resolver?.source ?? fail('CommandNotSupported', 'this stage is not available here')
}
