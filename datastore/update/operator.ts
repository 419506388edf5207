import type { StringKey } from '../bson/compare.ts'

/** What an operator needs to know besides the value and its operand. */
export interface OperatorContext { path: string, now: Date, inserting: boolean, stringKey?: StringKey }

/** Gives the new value of a place from its present value (undefined when there is none) and the operand. */
export type Operator = (current: unknown, operand: unknown, context: OperatorContext) => unknown
