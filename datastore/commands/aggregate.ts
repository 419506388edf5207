import type { Buffer } from 'node:buffer'
import type { Fields } from '../bson/decode.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { leadingQuery } from '../aggregate/leading-query.ts'
import { runPipeline } from '../aggregate/pipeline.ts'
import { encodeDocument } from '../bson/encode.ts'
import { isChangeStream, openChangeStream } from '../changes/open.ts'
import { fail } from '../errors.ts'
import { letVariables } from '../query/expressions.ts'
import { isDocument } from '../query/paths.ts'
import { flag, optionalCount, optionalDocument } from './command.ts'
import { firstBatch, listBatches } from './cursors.ts'
import { explainCommands } from './explain.ts'
import { scanning } from './scan.ts'

async function aggregate(context: CommandContext): Promise<Buffer | Fields> {
  const { body, database } = context
  const stages = Array.isArray(body.pipeline) ? (body.pipeline as unknown[]).map(stage => isDocument(stage) ? stage : fail('TypeMismatch', 'Each element of the \'pipeline\' array must be an object')) : fail('TypeMismatch', '\'pipeline\' option must be specified as an array')
  if (flag(body, 'explain')) {
    const { explain: _, ...explained } = body
    return explainCommands.explain!({ ...context, body: { explain: explained, verbosity: 'queryPlanner' } })
  }
  const cursor = optionalDocument(body, 'cursor') ?? fail('FailedToParse', 'The \'cursor\' option is required, except for aggregate with the explain argument')
  if (isChangeStream(stages as Fields[]))
    return openChangeStream(context, stages as Fields[])
  const name = typeof body.aggregate === 'string' ? body.aggregate : '$cmd.aggregate'
  const batchSize = optionalCount(cursor, 'batchSize')
  const { query } = leadingQuery(stages as Fields[])
  const results = await scanning(context, `${database}.${name}`, query, scan => runPipeline(context.store, { database, ...(typeof body.aggregate === 'string' ? { name } : {}) }, stages as Fields[], {
    ...(body.let === undefined ? {} : { variables: letVariables(body.let) ?? {} }),
    ...(isDocument(body.collation) ? { collation: body.collation } : {}),
    ...(body.hint === undefined ? {} : { hint: body.hint }),
    ...(flag(body, 'bypassDocumentValidation') ? { bypassValidation: true } : {}),
    ...(body.lsid === undefined ? {} : { session: body.lsid }),
  }, scan))
  return firstBatch(context, `${database}.${name}`, listBatches(results.map(encodeDocument)), batchSize === undefined ? {} : { batchSize })
}

export const aggregateCommands: CommandTable = { aggregate }
