import type { Fixture } from '../../../datastore/testing/fixture.ts'
import type { Place } from './run-file.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../../../datastore/testing/fixture.ts'
import { connectPlace, runFile } from './run-file.ts'

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

const COUNT = { name: 'countDocuments', object: 'items', arguments: { filter: {} } }

/** How one test ends, with the reason. */
async function end(test: object, file: object = {}): Promise<string> {
  const [result] = await runFile(place, 'file.json', JSON.stringify({
    description: 'a file',
    schemaVersion: '1.4',
    createEntities: [
      { client: { id: 'client', observeEvents: ['commandStartedEvent'] } },
      { database: { id: 'database', client: 'client', databaseName: 'runner' } },
      { collection: { id: 'items', database: 'database', collectionName: 'items' } },
    ],
    initialData: [{ databaseName: 'runner', collectionName: 'items', documents: [{ _id: 1 }] }],
    tests: [{ description: 'a test', operations: [COUNT], ...test }],
    ...file,
  }))
  return `${result!.outcome}: ${result!.reason ?? ''}`
}

describe('a case fails', () => {
  it('when a result is another than the one expected', async () => {
    expect(await end({ operations: [{ ...COUNT, expectResult: 1 }] })).toBe('passed: ')
    expect(await end({ operations: [{ ...COUNT, expectResult: 2 }] })).toBe('failed: countDocuments: expected 2, found 1')
  })

  it('when an error does not come, is another one, or was not expected', async () => {
    expect(await end({ operations: [{ ...COUNT, expectError: { isError: true } }] })).toMatch(/^failed: countDocuments: an error was expected/)
    const unknown = { name: 'runCommand', object: 'database', arguments: { commandName: 'nonsense', command: { nonsense: 1 } } }
    expect(await end({ operations: [{ ...unknown, expectError: { errorCode: 59 } }] })).toBe('passed: ')
    expect(await end({ operations: [{ ...unknown, expectError: { errorCode: 60 } }] })).toMatch(/^failed: error\.errorCode/)
    expect(await end({ operations: [{ ...unknown, expectError: { isClientError: true } }] })).toMatch(/^failed: error\.isClientError/)
    expect(await end({ operations: [unknown] })).toMatch(/^failed: MongoServerError no such command/)
  })

  it('when events are missing, too many, or different', async () => {
    const started = (fields: object): object => ({ commandStartedEvent: fields })
    const events = (list: object[]): object => ({ expectEvents: [{ client: 'client', events: list }] })
    expect(await end(events([started({ commandName: 'aggregate' })]))).toBe('passed: ')
    expect(await end(events([]))).toMatch(/^failed: events: expected 0, found 1/)
    expect(await end(events([started({ commandName: 'aggregate' }), started({})]))).toMatch(/^failed: events: expected 2, found 1/)
    expect(await end(events([started({ command: { aggregate: 'others' } })]))).toMatch(/^failed: events\[0\]\.command\.aggregate/)
  })

  it('when something else is left behind than expected', async () => {
    const outcome = (documents: object[]): object => ({ outcome: [{ databaseName: 'runner', collectionName: 'items', documents }] })
    expect(await end(outcome([{ _id: 1 }]))).toBe('passed: ')
    expect(await end(outcome([]))).toMatch(/^failed: runner\.items: expected 0 elements, found 1/)
    expect(await end(outcome([{ _id: 1, more: true }]))).toMatch(/^failed: runner\.items\[0\]\.more/)
  })

  it('when it names what is not there', async () => {
    expect(await end({ operations: [{ ...COUNT, object: 'others' }] })).toMatch(/^failed: others/)
    expect(await end({ operations: [{ name: 'dance', object: 'items' }] })).toMatch(/^failed: dance: is not an operation of a collection/)
    expect(await end({ operations: [{ ...COUNT, expectError: {}, expectResult: 1 }] })).toMatch(/^failed: not a valid file/)
    expect(await end({}, { schemaVersion: '2.0' })).toMatch(/^failed: not a valid file/)
  })
})

describe('a case is skipped', () => {
  it('with the requirement that is not met', async () => {
    expect(await end({ runOnRequirements: [{ minServerVersion: '99.0' }] })).toMatch(/^skipped: for servers from 99\.0/)
    expect(await end({ runOnRequirements: [{ maxServerVersion: '4.2.99' }] })).toMatch(/^skipped: for servers to 4\.2\.99/)
    expect(await end({ runOnRequirements: [{ topologies: ['sharded'] }] })).toMatch(/^skipped: for the topologies sharded/)
    expect(await end({ runOnRequirements: [{ topologies: ['sharded'] }, { minServerVersion: '4.4', auth: false }] })).toBe('passed: ')
    expect(await end({}, { runOnRequirements: [{ auth: true }] })).toMatch(/^skipped: for servers that ask to sign in/)
  })

  it('for a fail point, or because it says so', async () => {
    expect(await end({ operations: [{ name: 'failPoint', object: 'testRunner' }] })).toBe('skipped: needs a fail point')
    expect(await end({ skipReason: 'not today' })).toBe('skipped: the case says: not today')
  })
})
