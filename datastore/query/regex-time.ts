import { createContext, Script } from 'node:vm'
import { fail } from '../errors.ts'

/** How long one match may keep the thread that everybody shares. */
const MOST_MILLIS = 200
/** Steps that a match may take at worst and still be tried without a watch over it, which costs more than most matches. */
const MOST_STEPS = 5e7

/** A place of its own for what is run under watch; V8 ends a backtracking match there as it ends any code. */
const ROOM: { run?: () => unknown } = {}
createContext(ROOM)
const RUN = new Script('run()')

/** How the steps of a match grow with the text: as `factor · length ^ power`; with an infinite power they may double with every letter. */
export interface Growth { power: number, factor: number }

/** A look at a pattern that finds it no cheaper than it is: what repeats something that can itself match in several ways counts as without bound. */
export function growthOf({ source, flags }: RegExp): Growth {
  const text = source.replaceAll(/\\[^1-9k]/g, '_').replaceAll(/\[[^\]]*\]/g, '_')
  if (/\\[1-9k]/.test(text))
    return { power: Infinity, factor: 1 }
  const anchored = text.startsWith('^') && !text.includes('|') && !flags.includes('m')
  const growth = { power: anchored ? 0 : 1, factor: source.length }
  const open: { varies: boolean }[] = []
  let closed: { varies: boolean } | undefined
  for (const [token] of text.matchAll(/\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+(?:,\d*)?\}|[\s\S]/g)) {
    const inside = open.at(-1)
    const group = closed
    closed = undefined
    if (token.startsWith('(')) {
      open.push({ varies: false })
    }
    else if (token === ')') {
      closed = open.pop()
      if (closed?.varies && open.length > 0)
        open.at(-1)!.varies = true
    }
    else if (token === '|' || token === '?') {
      growth.factor *= 2
      if (inside)
        inside.varies = true
    }
    else if (token === '*' || token === '+' || (token.length > 1 && token.startsWith('{'))) {
      if (group?.varies)
        growth.power = Infinity
      if (/^\{\d+\}$/.test(token))
        continue
      growth.power++
      if (inside)
        inside.varies = true
    }
  }
  return growth
}

/** A pattern's matching, made so that no text keeps the thread for long: see `within`. */
export type Within = <T>(text: string, match: () => T) => T

/**
 * Makes the matches of a pattern end in time. One that may take long runs under watch and is ended after a fifth of a second.
 * @returns runs a match of a text; it throws DatastoreError Location51156, as MongoDB does for a match beyond its limits
 */
export function withinTime(regex: RegExp): Within {
  const { power, factor } = growthOf(regex)
  return (text, match) => factor * (text.length + 1) ** power <= MOST_STEPS ? match() : watched(match)
}

/** Whether a pattern is found in a text, decided in time. @throws DatastoreError Location51156, once it is called */
export function regexTest(regex: RegExp): (text: string) => boolean {
  const within = withinTime(regex)
  return text => within(text, () => regex.test(text))
}

function watched<T>(match: () => T): T {
  ROOM.run = match
  try {
    return RUN.runInContext(ROOM, { timeout: MOST_MILLIS }) as T
  }
  catch (error) {
    // An error made for that place is of its own Error class.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return fail('Location51156', 'Error occurred while executing the regular expression: it takes too long on a text it was tried on')
    throw error
  }
  finally {
    delete ROOM.run
  }
}
