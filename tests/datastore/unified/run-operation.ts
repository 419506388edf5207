import type { Operation } from './format.ts'
import type { Arguments, Run } from './operations/operation.ts'
import type { Runner } from './operations/test-runner.ts'
import { matchError } from './expected-error.ts'
import { match, matchDocuments } from './match.ts'
import { Mismatch, mismatch, Skip } from './mismatch.ts'
import { bucketOperations } from './operations/bucket.ts'
import { clientOperations, sessionOperations } from './operations/client.ts'
import { collectionOperations } from './operations/collection.ts'
import { cursorOperations, openCursor, streamOperations } from './operations/cursor.ts'
import { databaseOperations } from './operations/database.ts'
import { ITERATED, resolveArguments } from './operations/operation.ts'
import { runnerOperations } from './operations/test-runner.ts'

/** The result of an operation that left a cursor among the entities. */
const CURSOR = Symbol('cursor')

/** Runs one operation and checks what the case expects of it. @returns its result, for a callback */
export async function runOperation(runner: Runner, operation: Operation): Promise<unknown> {
  const { entities } = runner
  if (operation.object === 'testRunner') {
    const special = runnerOperations[operation.name] ?? mismatch(operation.name, 'is not an operation of testRunner')
    return special(runner, operation.arguments ?? {})
  }
  const outcome = await attempt(() => invoke(runner, operation))
  if (operation.ignoreResultAndError)
    return
  if (operation.expectError) {
    if (!('error' in outcome))
      mismatch(operation.name, `an error was expected, it ended well with ${JSON.stringify(outcome.result)}`)
    matchError(operation.expectError, outcome.error, entities)
    throw new Expected(outcome.error)
  }
  if ('error' in outcome)
    throw outcome.error
  if (operation.expectResult !== undefined) {
    if (ITERATED.has(operation.name) && Array.isArray(operation.expectResult))
      matchDocuments(operation.expectResult, outcome.result, entities, operation.name)
    else
      match(operation.expectResult, outcome.result, entities, { root: true, place: operation.name })
  }
  if (operation.saveResultAsEntity !== undefined && outcome.result !== CURSOR)
    entities.add('value', operation.saveResultAsEntity, outcome.result)
  return outcome.result
}

/** An error that was expected: it ends a transaction's callback all the same. */
export class Expected extends Error {
  readonly error: unknown
  constructor(error: unknown) {
    super('expected')
    this.error = error
  }
}

type Outcome = { result: unknown } | { error: unknown }

async function attempt(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { result: await work() }
  }
  catch (error) {
    if (error instanceof Mismatch || error instanceof Skip)
      throw error
    return { error }
  }
}

async function invoke(runner: Runner, operation: Operation): Promise<unknown> {
  const { entities } = runner
  const { name, object } = operation
  const kind = entities.kindOf(object)
  const given = resolveArguments(entities, operation.arguments)
  if (await openCursor(entities, operation, kind, given))
    return CURSOR
  switch (kind) {
    case 'client':
      return pick(clientOperations, name, kind)(entities.get(kind, object), given)
    case 'database':
      return pick(databaseOperations, name, kind)(entities.get(kind, object), given)
    case 'collection':
      return pick(collectionOperations, name, kind)(entities.get(kind, object), given)
    case 'bucket':
      return pick(bucketOperations, name, kind)(entities.get(kind, object), given)
    case 'cursor':
      return pick(cursorOperations, name, kind)(entities.get(kind, object), given)
    case 'stream':
      return pick(streamOperations, name, kind)(entities.get(kind, object), given)
    case 'session':
      return name === 'withTransaction' ? withTransaction(runner, object, given) : pick(sessionOperations, name, kind)(entities.get(kind, object), given)
    default:
      return mismatch(object, `${kind} entities have no operations`)
  }
}

/** Operations of other drivers. */
const NOT_IN_DRIVER = new Set(['mapReduce'])

function pick<T>(table: Record<string, Run<T>>, name: string, kind: string): Run<T> {
  if (NOT_IN_DRIVER.has(name))
    throw new Skip(`the Node driver has no ${name}`)
  return table[name] ?? mismatch(name, `is not an operation of a ${kind}`)
}

async function withTransaction(runner: Runner, session: string, { callback, ...options }: Arguments): Promise<void> {
  await runner.entities.get('session', session).withTransaction(async () => {
    for (const operation of callback as Operation[]) {
      try {
        await runner.execute(operation)
      }
      catch (error) {
        throw error instanceof Expected ? error.error : error
      }
    }
  }, options)
}
