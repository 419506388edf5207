import type { WorkerReport, WorkerRequest, WorkerSettings } from './worker-protocol.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { asDatastoreError } from './errors.ts'
import { serveStore } from './server.ts'

/** The thread that holds the store when it is not to share its starter's event loop. */
async function main(): Promise<void> {
  const report = (message: WorkerReport): void => parentPort?.postMessage(message)
  try {
    const datastore = await serveStore({ ...workerData as WorkerSettings, log: entry => report({ kind: 'log', entry }) })
    parentPort?.on('message', (_request: WorkerRequest) => {
      datastore.close().then(() => report({ kind: 'closed' }), (error: unknown) => report({ kind: 'failed', ...described(error) })).finally(() => parentPort?.close())
    })
    report({ kind: 'listening', host: datastore.host, ...(datastore.firstUser ? { firstUser: datastore.firstUser } : {}) })
  }
  catch (error) {
    report({ kind: 'failed', ...described(error) })
  }
}

function described(error: unknown): { codeName: string, message: string } {
  const { codeName, message } = asDatastoreError(error)
  return { codeName, message }
}

void main()
