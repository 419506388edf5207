import type { Models } from '../../models/index.ts'
import { AsyncLocalStorage } from 'node:async_hooks'
import { vi } from 'vitest'

/** What one query of the store did. */
export type Cost = { collection: string, docs: number, keys: number, returned: number, plan: string }

type ExecutionStats = { totalDocsExamined: number, totalKeysExamined: number, nReturned: number }

type Query = ReturnType<Models['conversations']['find']>

/** Runs `work` and asks the store, for every find of these models that it makes, what it examined and how. What goes on beside it is not counted. */
export async function costsOf(models: Models, work: () => Promise<unknown>): Promise<Cost[]> {
  const within = new AsyncLocalStorage<Query[]>()
  const spies = Object.values(models as unknown as Record<string, Models['conversations']>).map((model) => {
    const find = model.find.bind(model)
    return vi.spyOn(model, 'find').mockImplementation((...args: Parameters<typeof find>) => {
      const query = find(...args)
      within.getStore()?.push(query)
      return query
    })
  })
  try {
    const queries: Query[] = []
    await within.run(queries, work)
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
