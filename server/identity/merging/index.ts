export { completeMerges, mergeIdOf, mergePeople, suggestMerge, undoMerge } from './merge.ts'
export type { MergeCase } from './merge.ts'
