import type { Fields } from '../bson/decode.ts'
import type { Verbosity } from '../planner/explain.ts'
import type { Query } from '../planner/plan.ts'
import type { CommandContext, CommandTable } from './command.ts'
import { leadingQuery } from '../aggregate/leading-query.ts'
import { fail } from '../errors.ts'
import { prepareQuery } from '../planner/execute.ts'
import { explainQuery } from '../planner/explain.ts'
import { isDocument } from '../query/paths.ts'
import { readQuery } from './find.ts'

const VERBOSITIES: readonly Verbosity[] = ['queryPlanner', 'executionStats', 'allPlansExecution']

async function explain(context: CommandContext): Promise<Fields> {
  const { store, database, body } = context
  const command = isDocument(body.explain) ? body.explain : fail('TypeMismatch', 'BSON field \'explain\' must be a command')
  const given = body.verbosity ?? 'allPlansExecution'
  const verbosity = VERBOSITIES.find(known => known === given) ?? fail('FailedToParse', 'verbosity string must be one of {\'queryPlanner\', \'executionStats\', \'allPlansExecution\'}')
  const { name, query } = explained(command)
  const collection = store.catalogue.lookup(database, name)
  const server = { serverInfo: { host: 'local', version: '8.2.0' } }
  if (!collection)
    return { explainVersion: '1', queryPlanner: { namespace: `${database}.${name}`, winningPlan: { stage: 'EOF' }, rejectedPlans: [] }, ...(verbosity === 'queryPlanner' ? {} : { executionStats: { executionSuccess: true, nReturned: 0, executionTimeMillis: 0, totalKeysExamined: 0, totalDocsExamined: 0, executionStages: { stage: 'EOF', nReturned: 0 } } }), ...server }
  return { ...await explainQuery(store.environment, prepareQuery(collection, query), verbosity), ...server }
}

function explained(command: Fields): { name: string, query: Query } {
  const [kind = ''] = Object.keys(command)
  const name = String(command[kind])
  switch (kind) {
    case 'find':
      return { name, query: readQuery(command, 'filter') }
    case 'count':
    case 'distinct':
      return { name, query: readQuery(command, 'query') }
    case 'findAndModify':
      return { name, query: { ...readQuery(command, 'query'), limit: 1 } }
    case 'aggregate':
      return { name, query: leadingQuery(Array.isArray(command.pipeline) ? command.pipeline as Fields[] : []).query }
    case 'update':
    case 'delete': {
      const list = command[kind === 'update' ? 'updates' : 'deletes']
      const statement: unknown = Array.isArray(list) ? list[0] : undefined
      return { name, query: isDocument(statement) ? readQuery({ ...statement, limit: 0 }, 'q') : fail('BadValue', 'a write to explain needs one statement') }
    }
    default:
      return fail('CommandNotFound', `Explain failed due to unknown command: ${kind}`)
  }
}

export const explainCommands: CommandTable = { explain }
