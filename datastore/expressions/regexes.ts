import type { Options } from 'mingo/types'
import type { ExpressionTable } from './operator.ts'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { withinTime } from '../query/regex-time.ts'
import { toRegExp } from '../query/regex.ts'
import { typeName } from '../query/types.ts'
import { isNothing, valueOf } from './operator.ts'

/** One place where a pattern matches; `idx` counts code points. */
interface Match { match: string, idx: number, captures: (string | null)[] }

/** `$regexMatch`, `$regexFind` and `$regexFindAll`, whose places mingo counts otherwise. https://www.mongodb.com/docs/manual/reference/operator/aggregation/regexFindAll/ */
export const regexOperators: ExpressionTable = {
  $regexMatch: (document, operand, options) => !matches('$regexMatch', document, operand, options).next().done,
  $regexFind: (document, operand, options) => matches('$regexFind', document, operand, options).next().value ?? null,
  $regexFindAll: (document, operand, options) => [...matches('$regexFindAll', document, operand, options)],
}

/** The matches one after the other; none where the input or the pattern is missing. */
function* matches(name: string, document: unknown, operand: unknown, options: Options): Generator<Match, undefined> {
  const { input, regex, flags } = argumentsFor(name, document, operand, options)
  if (isNothing(input) || isNothing(regex))
    return
  if (typeof input !== 'string')
    return fail('Location51104', `${name} needs 'input' to be of type string, found ${typeName(input)}`)
  const { source, flags: own } = toRegExp(regex, flags ?? undefined)
  let idx = 0
  let counted = 0
  const one = new RegExp(source, own)
  for (const found of withinTime(one)(input, () => name === '$regexFindAll' ? [...input.matchAll(new RegExp(source, `${own}g`))] : matchOf(one, input))) {
    idx += [...input.slice(counted, found.index)].length
    counted = found.index
    yield { match: found[0], idx, captures: found.slice(1).map((capture: string | undefined) => capture ?? null) }
  }
}

function matchOf(regex: RegExp, text: string): RegExpExecArray[] {
  const found = regex.exec(text)
  return found ? [found] : []
}

function argumentsFor(name: string, document: unknown, operand: unknown, options: Options): { input: unknown, regex: unknown, flags: unknown } {
  if (!isDocument(operand))
    return fail('Location51103', `${name} expects an object of named arguments but found: ${typeName(operand)}`)
  const unknown = Object.keys(operand).find(argument => !['input', 'regex', 'options'].includes(argument))
  if (unknown !== undefined)
    fail('Location51031', `${name} found an unknown argument: ${unknown}`)
  if (operand.input === undefined)
    fail('Location51022', `${name} requires 'input' parameter`)
  if (operand.regex === undefined)
    fail('Location51023', `${name} requires 'regex' parameter`)
  const [input, regex, flags] = [operand.input, operand.regex, operand.options ?? null].map(argument => valueOf(document, argument, options))
  return { input, regex, flags }
}
