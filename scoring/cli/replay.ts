import type { ReplaySignal } from '../replay.ts'
import { parseArgs } from 'node:util'
import { parseHorizon, replay } from '../replay.ts'
import { signalTable } from '../signals.ts'
import { linesOf, mapOf, messageOf, signalOf } from './read.ts'

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
    const map = values.config === undefined ? undefined : mapOf(values.config)
    return { file, cutoff, map, horizonDays: parseHorizon(values.horizon), outcome: values.outcome, learn: !values['no-learn'], useRhythm: values.ablate !== 'rhythm' }
  }
  catch (error) {
    return fail(messageOf(error))
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

function replayed() {
  try { return replay(signals(), map ? undefined : signalTable, { ...options, map }) }
  catch (error) {
    // What the system says of a file that cannot be read has a code; anything else is a mistake of ours and keeps its stack.
    if (error instanceof Error && 'code' in error) return fail(`${file}: ${error.message}`)
    throw error
  }
}

// A reader that has seen enough (head) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const { rows, unknown, outcomes } = replayed()
let out = ''
for (const row of rows) {
  out += `${JSON.stringify(row)}\n`
  if (out.length > 1 << 20) { process.stdout.write(out); out = '' }
}
process.stdout.write(out)
for (const [type, count] of unknown) process.stderr.write(`unknown type ${JSON.stringify(type)}: ${count} signals left out\n`)
if (unread > 0) process.stderr.write(`${unread} lines are no signals and were left out\n`)
if (outcomes === 0) process.stderr.write(`no ${JSON.stringify(options.outcome)} came by the cut-off: there is nothing to learn from\n`)
