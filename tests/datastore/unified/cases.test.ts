import type { Fixture } from '../../../datastore/testing/fixture.ts'
import type { Place } from './run-file.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'
import { connectPlace, runFile } from './run-file.ts'

const DIR = join(import.meta.dirname, 'cases')

interface Case { description: string }

const files = readdirSync(DIR).sort().map((name) => {
  const text = readFileSync(join(DIR, name), 'utf8')
  const { description, tests } = JSON.parse(text) as { description: string, tests: Case[] }
  return { name, text, description, tests: tests.map(test => test.description) }
})

let fixture: Fixture
let place: Place
beforeAll(async () => {
  fixture = await startFixture()
  place = await connectPlace(fixture.datastore.uri)
})
afterAll(async () => {
  await place.internal.close()
  await fixture.close()
})

describe.each(files)('$description', ({ name, text, tests }) => {
  it.each(tests)('%s', async (test) => {
    const results = await runFile(place, name, text, new Set([test]))
    expect(results).toEqual([{ file: name, test, outcome: 'passed' }])
  })
})
