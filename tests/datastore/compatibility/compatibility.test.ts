import type { Document } from 'mongodb'
import type { Fixture } from '../../../datastore/testing/fixture.ts'
import type { CommandProbe } from './commands.ts'
import type { Row } from './table.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { BSON } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'
import { COMMANDS, INDEXES, OPTIONS, REFUSED_COMMANDS, REFUSED_INDEXES } from './commands.ts'
import { DOCUMENT, EXPRESSIONS, REFUSED_EXPRESSIONS } from './expressions.ts'
import { FILTERS, PROJECTED, PROJECTIONS, REFUSED_FILTERS, VALUES } from './filters.ts'
import { ACCUMULATORS, HOSTS, REFUSED_STAGES, ROOMS, STAGES, WINDOWS } from './stages.ts'
import { tableOf } from './table.ts'
import { UPDATES } from './updates.ts'

/** Commands with tests of their own, because they are the store's own. */
const ELSEWHERE = ['backup']

const README = join(import.meta.dirname, '../../../datastore/README.md')

let fixture: Fixture
beforeAll(async () => {
  fixture = await startFixture({ now: () => new Date(0) })
  const database = fixture.client.db('probe')
  await database.collection('rooms').insertMany(ROOMS)
  await database.collection('hosts').insertMany(HOSTS)
  const others = fixture.client.db('others')
  await others.collection('one').insertOne({ _id: 1 as never, ...DOCUMENT })
  await others.collection('values').insertMany(VALUES)
  await others.collection<{ _id: number }>('shown').insertOne(PROJECTED)
})
afterAll(() => fixture.close())

const text = (value: unknown, relaxed = true): string => BSON.EJSON.stringify({ value }, { relaxed })

/** What something comes to, or the code of the error it ends in. */
async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  }
  catch (error) {
    return { error: (error as { code?: number }).code ?? String(error) }
  }
}

const collection = (name: string) => fixture.client.db('others').collection<{ _id: number }>(name)

const isError = (result: unknown): result is { error: number } => typeof result === 'object' && result !== null && 'error' in result && typeof result.error === 'number'

/** A title for something given and what it comes to. */
function titled(name: string, given: unknown, verb: string, result: unknown): string {
  const short = (value: unknown): string => {
    const whole = BSON.EJSON.stringify(value) as string | undefined ?? 'nothing'
    return whole.length > 90 ? `${whole.slice(0, 89)}…` : whole
  }
  return `${name}: ${short(given)} ${isError(result) ? `is refused with ${result.error}` : `${verb} ${short(result)}`}`
}

describe('an expression', () => {
  const valueOf = (expression: unknown): Promise<unknown> => outcome(async () => (await collection('one').aggregate([{ $project: { _id: 0, value: expression } }], { promoteLongs: false }).toArray())[0]!.value)

  it.each(EXPRESSIONS.map(([name, expression, value]) => [titled(name, expression, 'is', value), expression, value] as const))('%s', async (_title, expression, value) => {
    expect(text(await valueOf(expression))).toBe(text(value))
  })

  it.each(REFUSED_EXPRESSIONS)('%s is refused', async (_name, expression, code) => {
    expect(await valueOf(expression)).toEqual({ error: code })
  })
})

describe('a stage', () => {
  const run = (pipeline: Document[]): Promise<unknown> => outcome(() => fixture.client.db('probe').collection('rooms').aggregate(pipeline).toArray())

  it.each(STAGES.map(([name, pipeline, result]) => [titled(name, pipeline, 'gives', result), pipeline, result] as const))('%s', async (_title, pipeline, result) => {
    expect(await run(pipeline)).toEqual(result)
  })

  it.each(ACCUMULATORS.map(([name, accumulator, value]) => [titled(`a group's ${name}`, accumulator, 'gives', value), accumulator, value] as const))('%s', async (_title, accumulator, value) => {
    const found = await run([{ $sort: { _id: 1 } }, { $group: { _id: null, value: accumulator } }])
    expect(found).toEqual(isError(value) ? value : [{ _id: null, value }])
  })

  it.each(WINDOWS.map(([name, output, values]) => [titled(`a window's ${name}`, output, 'gives', values), output, values] as const))('%s', async (_title, output, values) => {
    const found = await run([{ $setWindowFields: { sortBy: { _id: 1 }, output: { value: output } } }, { $sort: { _id: 1 } }]) as Document[]
    expect(found.map(({ value }) => value as unknown)).toEqual(values)
  })

  it.each(REFUSED_STAGES)('%s is refused', async (name, operand, code) => {
    expect(await run([{ [name]: operand }])).toEqual({ error: code })
  })
})

describe('a filter', () => {
  const ids = (filter: Document): Promise<unknown> => outcome(async () => (await collection('values').find(filter, { sort: { _id: 1 } }).toArray()).map(({ _id }) => _id))

  it.each(FILTERS.map(([name, filter, found]) => [titled(name, filter, 'finds', found), filter, found] as const))('%s', async (_title, filter, found) => {
    expect(await ids(filter)).toEqual(found)
  })

  it('sorts values of all types in MongoDB\'s order', async () => {
    const sorted = await collection('values').find({ _id: { $nin: [12, 13, 14, 15] } }, { sort: { v: 1, _id: 1 } }).toArray()
    expect(sorted.map(({ _id }) => _id)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23])
  })

  it.each(REFUSED_FILTERS)('%s is refused', async (_name, filter, code) => {
    expect(await ids(filter)).toEqual({ error: code })
  })
})

describe('a projection', () => {
  it.each(PROJECTIONS.map(([name, projection, filter, shown]) => [titled(name, projection, 'shows', shown), projection, filter, shown] as const))('%s', async (_title, projection, filter, shown) => {
    expect(await outcome(() => collection('shown').findOne(filter, { projection }))).toEqual(shown)
  })
})

describe('an update', () => {
  it.each(UPDATES.map(([name, document, update, result, options], _id) => [titled(`${name} on ${JSON.stringify(document)}`, update, 'makes', result), { document, update, result, options, _id }] as const))('%s', async (_title, { document, update, result, options, _id }) => {
    const documents = fixture.client.db('others').collection<{ _id: number }>('updated', { promoteValues: false })
    await documents.insertOne({ _id, ...document })
    const found = await outcome(async () => {
      await documents.updateOne({ _id, ...options?.filter }, update, options?.arrayFilters ? { arrayFilters: options.arrayFilters } : {})
      const { _id: _, ...fields } = (await documents.findOne({ _id }))!
      return fields
    })
    expect(text(found, false)).toBe(text(result, false))
  })
})

describe.each([['a command', [...COMMANDS, ...REFUSED_COMMANDS]], ['an index', [...INDEXES, ...REFUSED_INDEXES]], ['a collection\'s option', OPTIONS]] as [string, CommandProbe[]][])('%s', (_kind, probes) => {
  it.each(probes.map(([name, run, answer], i) => [`${name} (${i + 1}) ${isError(answer) ? `is refused with ${answer.error}` : `answers ${JSON.stringify(answer)}`}`, run, answer] as const))('%s', async (_title, run, answer) => {
    expect(await outcome(() => run(fixture.client.db('probe')))).toMatchObject(answer)
  })
})

describe('the commands', () => {
  it('are all tried here', async () => {
    const { commands } = await fixture.client.db('probe').command({ listCommands: 1 }) as { commands: Document }
    const tried = new Set(COMMANDS.concat(REFUSED_COMMANDS).map(([name]) => name.toLowerCase()))
    expect(Object.keys(commands).filter(name => !tried.has(name.toLowerCase()) && !ELSEWHERE.includes(name))).toEqual([])
  })
})

describe('the table in the README', () => {
  it('is what these tests have found', () => {
    /** What comes to something at least once; the rest are wrong uses. */
    const works = (probes: readonly (readonly [string, ...unknown[]])[]): string[] => probes.filter(probe => probe.every(part => !isError(part))).map(([name]) => name)
    const coded = (probes: readonly CommandProbe[]): Row['refused'] => probes.flatMap(([name, , answer]) => isError(answer) ? [{ name, code: answer.error }] : [])
    const refused = (probes: readonly [string, unknown, number][]): Row['refused'] => probes.map(([name, , code]) => ({ name, code }))
    const table = tableOf([
      { area: 'Commands', works: [...works(COMMANDS), 'saslContinue'], refused: [...coded(REFUSED_COMMANDS), { name: 'any other', code: 59 }, { name: 'unknown fields', code: 40415 }] },
      { area: 'Filters', works: works(FILTERS), refused: [...refused(REFUSED_FILTERS), { name: 'any other', code: 2 }] },
      { area: 'Projections', works: works(PROJECTIONS), refused: [{ name: 'mixtures', code: 31254 }, { name: 'colliding paths', code: 31249 }, { name: 'unknown operators', code: 31325 }] },
      { area: 'Updates', works: works(UPDATES), refused: [{ name: 'any other', code: 9 }, { name: 'conflicts', code: 40 }, { name: 'stages in pipelines that are not of updates', code: 72 }] },
      { area: 'Stages', works: [...works(STAGES), '$changeStream'], refused: [...refused(REFUSED_STAGES), { name: 'any other', code: 40324 }] },
      { area: 'Accumulators of groups', works: works(ACCUMULATORS), refused: [{ name: '$accumulator', code: 115 }, { name: 'any other', code: 15952 }] },
      { area: 'Operators of windows', works: [...works(WINDOWS), 'the accumulators of groups'], refused: [] },
      { area: 'Expressions', works: works(EXPRESSIONS), refused: [...refused(REFUSED_EXPRESSIONS), { name: 'any other', code: 168 }] },
      { area: 'Indexes', works: works(INDEXES), refused: [...coded(REFUSED_INDEXES), { name: 'unknown options', code: 197 }] },
      { area: 'Collections', works: works(OPTIONS), refused: [{ name: 'capped', code: 115 }, { name: 'timeseries', code: 115 }] },
    ])
    const readme = readFileSync(README, 'utf8')
    const [before = '', after = ''] = readme.split(/<!-- The table is made[\s\S]*<!-- end -->/)
    if (process.env.UPDATE_COMPATIBILITY)
      writeFileSync(README, `${before}${table}${after}`)
    expect(readFileSync(README, 'utf8')).toContain(table)
  })
})
