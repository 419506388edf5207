/**
 * `npm test`: builds what the end-to-end tests drive, runs every test, and ends on a line `N passed, N failed, N skipped`.
 * Further arguments go to vitest.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build } from './build.mjs'

await build({ ifStale: true })
// Vite sets it for its own builds; the tests say themselves what they run under.
delete process.env.NODE_ENV
const scratch = mkdtempSync(join(tmpdir(), 'loupe-tests-'))
const report = join(scratch, 'report.json')
const run = spawnSync('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)], { stdio: 'inherit' })
let counts
try {
  counts = JSON.parse(readFileSync(report, 'utf8'))
}
catch {
  console.error('vitest ended without a report.')
}
rmSync(scratch, { recursive: true, force: true })
if (counts) console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`)
// A file that cannot even be loaded has no tests to count, so vitest's own exit code decides.
process.exit(run.status ?? 1)
