import type { ReportFilter, RowFilter } from './client.ts'

/** Names of what is cached, in one place so that live changes find what they change. */
export const keys = {
  session: ['session'] as const,
  house: ['house'] as const,
  people: ['people'] as const,
  queues: ['queues'] as const,
  allRows: ['rows'] as const,
  rows: (filter: RowFilter) => ['rows', filter] as const,
  conversation: (id: string) => ['conversation', id] as const,
  thread: (id: string) => ['thread', id] as const,
  gate: (id: string, laneId: string) => ['gate', id, laneId] as const,
  gates: (id: string) => ['gate', id] as const,
  allMerges: ['merges'] as const,
  merges: (customerId: string) => ['merges', customerId] as const,
  draft: (id: string) => ['draft', id] as const,
  quickReplies: ['quick-replies'] as const,
  templates: (laneId: string) => ['templates', laneId] as const,
  pieces: (q: string) => ['pieces', q] as const,
  search: (q: string) => ['search', q] as const,
  deliveries: ['deliveries'] as const,
  goldPrices: ['gold-prices'] as const,
  learning: ['learning'] as const,
  learningStatus: ['learning', 'status'] as const,
  learningModels: ['learning', 'models'] as const,
  learningReport: (scope: ReportFilter) => ['learning', 'report', scope] as const,
  /** These two are of one reading: asked again when the reading has changed. */
  behind: (customerId: string, readAt: string) => ['behind', customerId, readAt] as const,
  explanation: (customerId: string, readAt: string) => ['explanation', customerId, readAt] as const,
  replay: (customerId: string, day: string, model: 'then' | 'now') => ['replay', customerId, day, model] as const,
}
