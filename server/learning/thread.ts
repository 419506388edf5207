import type { StudyAsk } from './study.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { createConnection } from 'mongoose'
import { defineModels } from '../models/index.ts'
import { readHouse } from './read-house.ts'
import { studyHouse } from './study.ts'

/** What the thread is given: the store's address, and what to study. */
export interface ThreadData {
  uri: string
  ask: StudyAsk
}

/** Reads and learns beside the process that serves the inbox, over a connection of its own; writes nothing, so that it can be ended at any moment. */
async function main({ uri, ask }: ThreadData): Promise<void> {
  const connection = createConnection()
  const models = defineModels(connection)
  await connection.openUri(uri, { maxPoolSize: 2, serverSelectionTimeoutMS: 10_000, autoIndex: false, autoCreate: false })
  const house = await readHouse(models, ask.untilMs)
  await connection.close()
  parentPort?.postMessage(studyHouse(house, ask))
}

await main(workerData as ThreadData)
