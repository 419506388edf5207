import type { CollectionData, Test, TestFile } from './format.ts'
import type { Runner } from './operations/test-runner.ts'
import type { Server } from './requirements.ts'
import { BSON, MongoClient } from 'mongodb'
import { createEntities } from './create-entities.ts'
import { driverDifference } from './driver-differences.ts'
import { Entities } from './entities.ts'
import { isTestFile, testFile } from './format.ts'
import { match } from './match.ts'
import { Skip } from './mismatch.ts'
import { describeServer, unfit, unmet } from './requirements.ts'
import { Expected, runOperation } from './run-operation.ts'

/** How one case ended; `reason` says why it failed or was skipped. */
export interface CaseResult { file: string, test: string, outcome: 'passed' | 'failed' | 'skipped', reason?: string }

/** Where cases are run. */
export interface Place { uri: string, internal: MongoClient, server: Server }

/** Connects to the server that cases are run on. `topology` takes it for another than it says it is, so that what it has of that can be tried. */
export async function connectPlace(uri: string, topology?: Server['topology']): Promise<Place> {
  const internal = await MongoClient.connect(uri)
  const server = await describeServer(internal)
  return { uri, internal, server: topology ? { ...server, topology } : server }
}

/**
 * Runs the cases of one file of the unified test format, in their order.
 * @param place where they are run
 * @param file the file's name, for the results
 * @param text the file: extended JSON
 * @param only names of the cases to run; all, when left out
 */
export async function runFile(place: Place, file: string, text: string, only?: ReadonlySet<string>): Promise<CaseResult[]> {
  const raw: unknown = BSON.EJSON.parse(text)
  if (!isTestFile(raw))
    return [{ file, test: '(whole file)', outcome: 'skipped', reason: 'not a file of the unified test format' }]
  const parsed = testFile.safeParse(raw)
  if (!parsed.success)
    return [{ file, test: '(whole file)', outcome: 'failed', reason: `not a valid file of the unified test format: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}` }]
  const results: CaseResult[] = []
  for (const test of parsed.data.tests) {
    if (only && !only.has(test.description))
      continue
    const reason = unmet(parsed.data.runOnRequirements, place.server) ?? unmet(test.runOnRequirements, place.server) ?? unfit(test)
    const result = reason === undefined ? await runTest(place, parsed.data, test) : { outcome: 'skipped', reason } as const
    const difference = result.outcome === 'failed' ? driverDifference(file, test.description) : undefined
    results.push({ file, test: test.description, ...(difference === undefined ? result : { outcome: 'skipped', reason: difference }) })
  }
  return results
}

async function runTest(place: Place, file: TestFile, test: Test): Promise<Pick<CaseResult, 'outcome' | 'reason'>> {
  const entities = new Entities()
  try {
    for (const data of file.initialData ?? [])
      await load(place.internal, data)
    createEntities(entities, place.uri, file.createEntities ?? [])
    const runner: Runner = { entities, internal: place.internal, uri: place.uri, execute: operation => runOperation(runner, operation) }
    for (const operation of test.operations)
      await runner.execute(operation).catch(passExpected)
    for (const log of entities.logs.values())
      log.end()
    for (const expected of test.expectEvents ?? [])
      entities.logOf(expected.client).check(expected, entities)
    for (const data of test.outcome ?? [])
      await checkOutcome(place.internal, data, entities)
    return { outcome: 'passed' }
  }
  catch (error) {
    return { outcome: error instanceof Skip ? 'skipped' : 'failed', reason: error instanceof Error ? `${error.name === 'Mismatch' || error instanceof Skip ? '' : `${error.name} `}${error.message}` : String(error) }
  }
  finally {
    await closeAll(entities)
  }
}

function passExpected(error: unknown): void {
  if (!(error instanceof Expected))
    throw error
}

async function load(client: MongoClient, { databaseName, collectionName, createOptions, documents }: CollectionData): Promise<void> {
  const database = client.db(databaseName)
  await database.collection(collectionName).drop()
  if (createOptions || documents.length === 0)
    await database.createCollection(collectionName, createOptions)
  if (documents.length > 0)
    await database.collection(collectionName).insertMany(structuredDocuments(documents))
}

/** The driver writes the `_id`s it gives into what it is handed. */
function structuredDocuments(documents: CollectionData['documents']): CollectionData['documents'] {
  return documents.map(document => ({ ...document }))
}

async function checkOutcome(client: MongoClient, { databaseName, collectionName, documents }: CollectionData, entities: Entities): Promise<void> {
  const found = await client.db(databaseName).collection(collectionName).find({}, { sort: { _id: 1 } }).toArray()
  match(documents, found, entities, { place: `${databaseName}.${collectionName}` })
}

async function closeAll(entities: Entities): Promise<void> {
  for (const session of entities.all('session'))
    await session.endSession().catch(() => {})
  for (const stream of entities.all('stream'))
    await stream.close().catch(() => {})
  for (const { cursor } of entities.all('cursor'))
    await cursor.close().catch(() => {})
  for (const client of entities.all('client'))
    await client.close().catch(() => {})
}
