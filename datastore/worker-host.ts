import type { CodeName } from './errors.ts'
import type { Log } from './log.ts'
import type { Datastore } from './server.ts'
import type { WorkerReport, WorkerRequest, WorkerSettings } from './worker-protocol.ts'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DatastoreError, ERROR_CODES } from './errors.ts'
import { datastoreAt } from './server.ts'

/** Where the worker's file may lie: beside this one as source, or in a build whose entry is elsewhere. */
const PLACES = ['./worker.ts', './worker.js', './datastore/worker.js', '../datastore/worker.js']

/** Starts the store in a worker thread. @throws DatastoreError as `serveStore` does, or InternalError when the worker's file is not found */
export async function startWorker(settings: WorkerSettings, workerUrl: URL | undefined, log: Log = () => {}): Promise<Datastore> {
  const url = workerUrl ?? PLACES.map(place => new URL(place, import.meta.url)).find(place => existsSync(fileURLToPath(place)))
  if (!url)
    throw new DatastoreError('InternalError', 'The worker\'s file was not found: pass workerUrl')
  const worker = url.pathname.endsWith('.ts')
    ? new Worker(sourceEntry(url), { eval: true, workerData: settings, execArgv: [] })
    : new Worker(url, { workerData: settings, execArgv: [] })
  const reports = reportsOf(worker, log)
  try {
    const report = await reports.next()
    if (report.kind !== 'listening')
      throw failure(report)
    return datastoreAt(report.host, report.firstUser, async () => {
      const closing: WorkerRequest = { kind: 'close' }
      worker.postMessage(closing)
      const last = await reports.next()
      await worker.terminate()
      if (last.kind === 'failed')
        throw failure(last)
    })
  }
  catch (error) {
    await worker.terminate()
    throw error
  }
}

/** A thread does not take over its starter's loader for TypeScript, so it registers its own before the source is read. */
function sourceEntry(url: URL): string {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const loader = new URL('./dist/esm/api/index.mjs', tsx).href
  return `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
}

/** The worker's reports one after the other, without what it logs; its death is a report too. */
function reportsOf(worker: Worker, log: Log): { next: () => Promise<WorkerReport> } {
  const arrived: WorkerReport[] = []
  let wake = (): void => {}
  const add = (report: WorkerReport): void => {
    arrived.push(report)
    wake()
  }
  worker.on('message', (report: WorkerReport) => report.kind === 'log' ? log(report.entry) : add(report))
  worker.on('error', error => add({ kind: 'failed', codeName: 'InternalError', message: error instanceof Error ? error.message : String(error) }))
  worker.on('exit', code => add({ kind: 'failed', codeName: 'InternalError', message: `the store's thread ended with code ${code}` }))
  return {
    next: async () => {
      while (arrived.length === 0)
        await new Promise<void>(resolve => wake = resolve)
      return arrived.shift()!
    },
  }
}

function failure(report: WorkerReport): DatastoreError {
  if (report.kind !== 'failed')
    return new DatastoreError('InternalError', `unexpected report ${report.kind} from the store's thread`)
  const codeName = report.codeName in ERROR_CODES ? report.codeName as CodeName : 'InternalError'
  return new DatastoreError(codeName, report.message)
}
