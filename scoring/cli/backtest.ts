import type { Judged } from '../backtest.ts'
import type { ReplaySignal } from '../replay.ts'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { backtestHouse, backtestKind, backtestSignals } from '../backtest.ts'
import { parseHorizon } from '../replay.ts'
import { simulateHouse } from '../simulation/jewellery.ts'
import { kinds } from '../simulation/kinds.ts'
import { randomFrom } from '../simulation/random.ts'
import { replaced } from './page.ts'
import { calibrationPlot } from './plot.ts'
import { linesOf, mapOf, messageOf, signalOf, timeOf } from './read.ts'

const usage = `backtest FILE.jsonl --config MAP.json --outcome TYPE --horizon 30d --cutoff ISO [--cutoff ISO …]   judges the engine on a history
backtest --docs                                                                              judges it on simulated houses and rewrites docs/scoring.md`

const head = '| | horizon | people | came | AUC | Brier skill | ECE | slope | promised / happened | lift of the top tenth |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |'
const share = (p: number) => `${(100 * p).toFixed(1)} %`
/** A figure, or a dash where there is none: nobody came, or nobody was there. */
const figure = (value: number, digits: number) => Number.isFinite(value) ? value.toFixed(digits) : '–'

function row({ what, horizonDays, quality: q }: Judged): string {
  const came = q.windows > 0 ? share(q.positives / q.windows) : '–'
  return `| ${what} | ${horizonDays} d | ${q.windows} | ${came} | ${figure(q.auc, 3)} | ${figure(q.brierSkill, 3)} | ${figure(q.ece, 3)} | ${figure(q.slope, 2)} | ${figure(q.ratio, 2)} | ${figure(q.lift10, 1)} |`
}

function table(judged: readonly Judged[]): string {
  return [head, ...judged.map(row)].join('\n')
}

function onFile(file: string, config: string, outcome: string, horizon: string, cutoffs: readonly string[]): void {
  const map = mapOf(config)
  const signals: ReplaySignal[] = []
  for (const line of linesOf(file)) {
    const signal = signalOf(line)
    if (signal) signals.push(signal)
  }
  process.stdout.write(`${table(backtestSignals(signals, map, outcome, parseHorizon(horizon), cutoffs.map(timeOf)))}\n`)
}

function docs(): void {
  const house = simulateHouse(randomFrom(2026), 2500, 540)
  const { judged, segments } = backtestHouse(house, 430)
  const engine = judged.filter(({ what }) => what === 'the engine')
  mkdirSync('docs/images', { recursive: true })
  writeFileSync('docs/images/calibration.svg', calibrationPlot('Simulated house: promised and happened', engine.map(({ horizonDays, quality }) => ({ name: `${horizonDays} days`, quality }))))
  let page = readFileSync('docs/scoring.md', 'utf8')
  page = replaced(page, 'house', table(judged))
  page = replaced(page, 'segments', ['| segment | people | promised | true chance | happened |', '| --- | --- | --- | --- | --- |', ...segments.map(s => `| ${s.segment} | ${s.people} | ${share(s.promised)} | ${share(s.true)} | ${share(s.happened)} |`)].join('\n'))
  const others = Object.entries(kinds).flatMap(([name, make]) => backtestKind(make(randomFrom(7), 2000)).map(j => ({ ...j, what: `${name}: ${j.what}` })))
  page = replaced(page, 'kinds', table(others))
  writeFileSync('docs/scoring.md', page)
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    docs: { type: 'boolean', default: false },
    config: { type: 'string' },
    outcome: { type: 'string', default: 'purchase' },
    horizon: { type: 'string', default: '30d' },
    cutoff: { type: 'string', multiple: true, default: [] },
  },
})
const [file] = positionals
if (values.docs) { docs() }
else if (file && values.config && values.cutoff.length > 0 && values.cutoff.every(cutoff => !Number.isNaN(timeOf(cutoff)))) {
  try { onFile(file, values.config, values.outcome, values.horizon, values.cutoff) }
  catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exitCode = 2
  }
}
else {
  process.stderr.write(`${usage}\n`)
  process.exitCode = 2
}
