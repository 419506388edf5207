/** `npm run check`: types, lint, room boundaries, unused code, generated files. Runs all of them and names those that fail. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'

const checks = [
  ['types', 'npm', ['run', '--silent', 'typecheck']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['room boundaries', 'npm', ['run', '--silent', 'boundaries']],
  ['unused code', 'npm', ['run', '--silent', 'unused']],
  ['.env.example is generated', 'npm', ['run', '--silent', 'env:example', '--', '--check']],
]

const failed = checks.filter(([name, command, args]) => {
  const started = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return status !== 0
})
console.log(`${checks.length - failed.length} passed, ${failed.length} failed`)
process.exit(failed.length ? 1 : 0)
