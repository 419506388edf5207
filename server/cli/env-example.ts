import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { channels } from '#webhooks'
import { envExample } from '../platform/env-example.ts'
import { projectRoot } from '../platform/project-root.ts'

// With --check nothing is written; the exit code says whether the file is up to date.
const path = join(projectRoot(import.meta.url), '.env.example')
const wanted = envExample(channels.map(channel => channel.definition))
if (process.argv.includes('--check')) {
  const same = (() => {
    try { return readFileSync(path, 'utf8') === wanted }
    catch { return false }
  })()
  if (!same) process.stderr.write('.env.example is out of date: npm run env:example\n')
  process.exitCode = same ? 0 : 1
}
else {
  writeFileSync(path, wanted)
}
