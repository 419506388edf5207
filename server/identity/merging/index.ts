export { completeMerges, mergePeople, suggestMerge, undoMerge } from './merge.ts'
