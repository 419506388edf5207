import type { Context } from '../platform/context.ts'
import type { Study, StudyAsk } from './study.ts'
import type { ThreadData } from './thread.ts'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { runningStore } from '../platform/database.ts'

/** Where the thread's file may lie: beside this one as source, or in a build beside the server. */
const places = ['./thread.ts', './learning.js', './server/learning.js']
/** Memory of the thread's own, megabytes. What it holds is bounded well below. */
const mostMemory = 768

/** A study that has begun. */
export interface RunningStudy {
  /** @throws Error when it failed or was ended */
  done: Promise<Study>
  end: () => Promise<void>
}

/** Studies the house in a thread, so that reading and learning hold up nobody. @throws Error when the store has no address yet or the thread's file is missing */
export function studyInThread(ctx: Pick<Context, 'config'>, ask: StudyAsk): RunningStudy {
  const uri = ctx.config.mongodbUri ?? runningStore(ctx.config.dataDir)
  const url = places.map(place => new URL(place, import.meta.url)).find(place => existsSync(fileURLToPath(place)))
  if (uri === null || !url) throw new Error(uri === null ? 'The store has no address' : 'The file of the learning thread was not found')
  const workerData: ThreadData = { uri, ask }
  const options = { workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: mostMemory } }
  const worker = url.pathname.endsWith('.ts') ? new Worker(sourceEntry(url), { ...options, eval: true }) : new Worker(url, options)
  worker.unref()
  const done = new Promise<Study>((resolve, reject) => {
    worker.once('message', (study: Study) => resolve(study))
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`The learning thread ended with code ${code}`)))
  })
  return { done, end: async () => { await worker.terminate() } }
}

/** A thread does not take over its starter's loader for TypeScript, so it registers its own before the source is read. */
function sourceEntry(url: URL): string {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const loader = new URL('./dist/esm/api/index.mjs', tsx).href
  return `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
}
