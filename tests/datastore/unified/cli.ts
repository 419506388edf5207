import type { CaseResult } from './run-file.ts'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import process from 'node:process'
import { startDatastore } from '../../../datastore/index.ts'
import { TOPOLOGIES } from './requirements.ts'
import { connectPlace, runFile } from './run-file.ts'

/** Every JSON file under a directory. */
function filesUnder(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.json'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

function report(result: CaseResult): void {
  if (result.outcome === 'failed')
    console.log(`failed: ${result.file}: ${result.test}: ${result.reason}`)
}

async function main(): Promise<void> {
  const dir = process.env.MONGO_SPECS
  const topology = TOPOLOGIES.find(one => one === process.env.MONGO_SPECS_AS)
  if (!dir || (process.env.MONGO_SPECS_AS && !topology))
    throw new Error(`usage: MONGO_SPECS=DIR [MONGO_SPECS_AS=${TOPOLOGIES.join('|')}] npm run --silent test:mongo-specs`)
  const data = mkdtempSync(join(tmpdir(), 'mongo-specs-'))
  const datastore = await startDatastore({ dir: data })
  const place = await connectPlace(datastore.uri, topology)
  const results: CaseResult[] = []
  try {
    for (const path of filesUnder(dir)) {
      for (const result of await runFile(place, relative(dir, path), readFileSync(path, 'utf8'))) {
        report(result)
        results.push(result)
      }
    }
  }
  finally {
    await place.internal.close()
    await datastore.close()
    rmSync(data, { recursive: true, force: true })
  }
  const count = (outcome: CaseResult['outcome']): number => results.filter(result => result.outcome === outcome).length
  reasonsForSkipping(results).forEach(line => console.log(line))
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
  process.exitCode = count('failed') > 0 || results.length === 0 ? 1 : 0
}

function reasonsForSkipping(results: readonly CaseResult[]): string[] {
  const counts = new Map<string, number>()
  for (const { outcome, reason = '' } of results) {
    if (outcome === 'skipped')
      counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([reason, n]) => `skipped ${n}: ${reason}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
