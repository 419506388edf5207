export { completeMerges, dismissMerge, mergePeople, suggestMerge } from './merge.ts'
export { undoMerge } from './undo.ts'
