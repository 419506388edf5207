export { moveBack, moveEverything } from './move.ts'
export { followMerges } from './stragglers.ts'
export { whileNobodyElseMerges } from './turn.ts'
