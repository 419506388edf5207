import type { Models } from '../../models/index.ts'
import { vi } from 'vitest'

/** What one query of the store did. */
export type Cost = { collection: string, docs: number, keys: number, returned: number, plan: string }

type ExecutionStats = { totalDocsExamined: number, totalKeysExamined: number, nReturned: number }

/** Runs `work` and asks the store, for every find of these models in it, what it examined and how. */
export async function costsOf(models: Models, work: () => Promise<unknown>): Promise<Cost[]> {
  const spies = Object.values(models).map(model => vi.spyOn(model, 'find'))
  try {
    await work()
    const queries = spies.flatMap(spy => spy.mock.results.flatMap(result => result.type === 'return' ? [result.value as ReturnType<Models['conversations']['find']>] : []))
    return await Promise.all(queries.map(async (query) => {
      const { sort, limit } = query.getOptions()
      const explained = await query.model.collection.find({ ...query.getFilter() } as Record<string, unknown>, { ...(sort ? { sort: sort as Record<string, 1 | -1> } : {}), ...(limit ? { limit } : {}) }).explain('executionStats')
      const stats = explained.executionStats as ExecutionStats
      const plan = JSON.stringify((explained.queryPlanner as { winningPlan: unknown }).winningPlan)
      return { collection: query.model.collection.name, docs: stats.totalDocsExamined, keys: stats.totalKeysExamined, returned: stats.nReturned, plan }
    }))
  }
  finally {
    for (const spy of spies) spy.mockRestore()
  }
}
