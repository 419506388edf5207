import type { SignalMap as Map, ReplaySignal } from '../replay.ts'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseHorizon, replay, SignalMap } from '../replay.ts'
import { signalTable } from '../signals.ts'
import { linesOf, signalOf } from './read.ts'

const usage = 'score:replay FILE.jsonl --cutoff ISO --horizon 30d --outcome TYPE --config MAP.json [--no-learn] [--ablate rhythm]'

function fail(message: string): never {
  process.stderr.write(`${message}\n${usage}\n`)
  process.exit(2)
}

function argumentsOf() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'cutoff': { type: 'string' },
        'horizon': { type: 'string', default: '30d' },
        'outcome': { type: 'string', default: 'purchase' },
        'config': { type: 'string' },
        'no-learn': { type: 'boolean', default: false },
        'ablate': { type: 'string' },
      },
    })
    const [file] = positionals
    if (!file) fail('No file given.')
    const cutoff = values.cutoff ?? ''
    if (Number.isNaN(Date.parse(cutoff))) fail('--cutoff needs an ISO time.')
    if (values.ablate !== undefined && values.ablate !== 'rhythm') fail('--ablate knows only rhythm.')
    const map: Map | undefined = values.config === undefined ? undefined : SignalMap.parse(JSON.parse(readFileSync(values.config, 'utf8')))
    return { file, cutoff, map, horizonDays: parseHorizon(values.horizon), outcome: values.outcome, learn: !values['no-learn'], useRhythm: values.ablate !== 'rhythm' }
  }
  catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

const { file, map, ...options } = argumentsOf()
let unread = 0
function* signals(): Generator<ReplaySignal> {
  for (const line of linesOf(file)) {
    if (line === '' || line === '\r') continue
    const signal = signalOf(line)
    if (signal) yield signal
    else unread++
  }
}

const { rows, unknown } = replay(signals(), map ? undefined : signalTable, { ...options, map })
let out = ''
for (const row of rows) {
  out += `${JSON.stringify(row)}\n`
  if (out.length > 1 << 20) { process.stdout.write(out); out = '' }
}
process.stdout.write(out)
for (const [type, count] of unknown) process.stderr.write(`unknown type ${JSON.stringify(type)}: ${count} signals left out\n`)
if (unread > 0) process.stderr.write(`${unread} lines are no signals and were left out\n`)
