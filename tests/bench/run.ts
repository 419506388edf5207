/** `npm run bench [-- NAME …] [--write]`: the measurements of docs/performance.md. With --write they are written into it. */
import type { Figure } from './measure.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import process from 'node:process'
import { build } from '../../scripts/build.mjs'
import { benchAccept } from './accept.ts'
import { benchIntake } from './intake.ts'
import { benchPages } from './pages.ts'
import { benchPush } from './push.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'

const benches = { start: benchStart, accept: benchAccept, intake: benchIntake, push: benchPush, pages: benchPages, store: benchStore } as const
type Name = keyof typeof benches

const asked = process.argv.slice(2).filter((arg): arg is Name => arg in benches)
const names = asked.length ? asked : Object.keys(benches) as Name[]
await build({ ifStale: true })
const figures: [Name, Figure[]][] = []
for (const name of names) {
  console.log(`${name} …`)
  figures.push([name, await benches[name](line => console.log(line))])
}

const rows = figures.flatMap(([name, some]) => some.map(figure => `| ${name} | ${figure.what} | ${figure.value} | ${figure.must} | ${figure.ok ? 'yes' : '**no**'} |`))
const table = ['| bench | what | measured | must reach | reached |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
console.log(`\n${table}`)
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/performance.md', import.meta.url)
  const machine = `Measured ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, Linux ${release()}, ${cpus().length} cores (${cpus()[0]?.model.trim()}).`
  const text = readFileSync(page, 'utf8').replace(/<!-- figures -->[\s\S]*<!-- \/figures -->/, () => `<!-- figures -->\n${machine}\n\n${table}\n<!-- /figures -->`)
  writeFileSync(page, text)
}
process.exit(figures.every(([, some]) => some.every(figure => figure.ok)) ? 0 : 1)
