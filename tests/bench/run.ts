/** `npm run bench [-- NAME …] [--write]`: the measurements of docs/performance.md. With --write they are written into it, in place of the same benches' older ones. */
import type { Figure } from './measure.ts'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
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
const heading = ['| bench | what | measured | must reach | reached |', '| --- | --- | --- | --- | --- |']

interface Measured { name: Name, figures: Figure[], taken: number }

/** Ticks of processor time since the machine started, and those of them that its host gave to others: the eighth column of /proc/stat; see proc_stat(5). */
function ticks(): { all: number, taken: number } {
  const columns = existsSync('/proc/stat') ? readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number) : []
  return { all: columns.reduce((sum, column) => sum + column, 0), taken: columns[7] ?? 0 }
}

async function measure(name: Name): Promise<Measured> {
  console.log(`${name} …`)
  const before = ticks()
  const figures = await benches[name](line => console.log(line))
  const after = ticks()
  return { name, figures, taken: 100 * (after.taken - before.taken) / Math.max(1, after.all - before.all) }
}

function rowsOf({ name, figures, taken }: Measured): string[] {
  return [
    ...figures.map(({ what, value, must, ok }) => `| ${name} | ${what} | ${value} | ${must} | ${must === '' || must === '(floor)' ? '' : ok ? 'yes' : '**no**'} |`),
    `| ${name} | processor time that the machine's host gave to others meanwhile | ${taken.toFixed(0)} % | | |`,
  ]
}

/** The page with new rows for what was measured; what was not keeps those it has. */
function renewed(page: string, measured: readonly Measured[]): string {
  const rows = new Map(measured.map(one => [one.name, rowsOf(one)]))
  const table = (Object.keys(benches) as Name[]).flatMap(name => rows.get(name) ?? page.split('\n').filter(line => line.startsWith(`| ${name} |`)))
  const machine = `Measured ${new Date().toISOString().slice(0, 10)} on Node ${process.version}, Linux, ${cpus().length} cores; server, store, load and 50 clients share them.`
  return page.replace(/<!-- figures -->[\s\S]*<!-- \/figures -->/, () => ['<!-- figures -->', machine, '', ...heading, ...table, '<!-- /figures -->'].join('\n'))
}

await build({ ifStale: true })
const measured: Measured[] = []
for (const name of names) measured.push(await measure(name))
console.log(['', ...heading, ...measured.flatMap(rowsOf)].join('\n'))
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/performance.md', import.meta.url)
  writeFileSync(page, renewed(readFileSync(page, 'utf8'), measured))
}
process.exit(measured.every(({ figures }) => figures.every(figure => figure.ok)) ? 0 : 1)
