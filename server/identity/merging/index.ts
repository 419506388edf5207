export { completeMerges, dismissMerge, mergePeople, suggestMerge } from './merge.ts'
export { followMerges } from './stragglers.ts'
export { undoMerge } from './undo.ts'
