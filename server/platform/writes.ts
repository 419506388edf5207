import type { Model } from 'mongoose'
import { mongo } from 'mongoose'
import { z } from 'zod'
import { duplicateKey } from './duplicates.ts'

/** How a write is acknowledged; `derived` and `durable` of the database. */
export interface WriteOptions { writeConcern: { w: 1, j: boolean } }

/** A guarded change of one document. */
export interface Change { filter: object, set: object }

/** Any model: only its collection matters here. */
type Written = Pick<Model<never>, 'collection' | 'db'>

/** Characters of JSON that go into one command: at three bytes each still well under the 16 MB that one may have. */
const mostTogether = 4 * 1024 * 1024

const Answer = z.object({
  n: z.number(),
  writeErrors: z.array(z.object({ index: z.number(), code: z.number() })).optional(),
  writeConcernError: z.object({ code: z.number() }).optional(),
})

/** The store did not take a write. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused'
  readonly code: number
  constructor(code: number) {
    super(`The store refused a write with code ${code}`)
    this.code = code
  }
}

/** Consecutive parts that each fit into a command; mostly there is one. */
function parts<T>(items: readonly T[]): T[][] {
  const all: T[][] = []
  let room = 0
  for (const item of items) {
    const size = JSON.stringify(item).length
    if (size > room) {
      all.push([])
      room = mostTogether
    }
    all.at(-1)!.push(item)
    room -= size
  }
  return all
}

/** Runs a write command and gives what it says; keys that are there already are no error. */
async function run(model: Written, command: object, { writeConcern }: WriteOptions): Promise<z.infer<typeof Answer>> {
  const { db } = model.db
  if (model.db.readyState !== 1 || !db) throw new mongo.MongoNotConnectedError('The store is not there')
  const answer = Answer.parse(await db.command({ ...command, ordered: false, writeConcern }, { ignoreUndefined: true }))
  const failed = answer.writeConcernError ?? answer.writeErrors?.find(({ code }) => code !== duplicateKey)
  if (failed) throw new WriteRefused(failed.code)
  return answer
}

/**
 * Inserts documents whose ids follow from what they are, so that some may be there already. By the command itself: the driver's bulk writes serialise every
 * document twice, which is a good part of what taking a message in costs.
 * @returns the positions of those that were there; the others were written
 * @throws WriteRefused, or the driver's errors
 */
export async function insertMissing(model: Written, documents: readonly object[], options: WriteOptions): Promise<Set<number>> {
  const known = new Set<number>()
  let before = 0
  for (const part of parts(documents)) {
    for (const index of await insertTogether(model, part, options)) known.add(before + index)
    before += part.length
  }
  return known
}

/** As `insertMissing`, of documents that are known to fit into one command together. */
export async function insertTogether(model: Written, documents: readonly object[], options: WriteOptions): Promise<number[]> {
  const { writeErrors = [] } = await run(model, { insert: model.collection.collectionName, documents }, options)
  return writeErrors.map(({ index }) => index)
}

/**
 * Changes one document for each filter, in no order.
 * @returns how many of the filters found theirs
 * @throws WriteRefused, or the driver's errors
 */
export async function changeEach(model: Written, changes: readonly Change[], options: WriteOptions): Promise<number> {
  let found = 0
  for (const part of parts(changes)) {
    const updates = part.map(({ filter, set }) => ({ q: filter, u: { $set: set } }))
    found += (await run(model, { update: model.collection.collectionName, updates }, options)).n
  }
  return found
}
