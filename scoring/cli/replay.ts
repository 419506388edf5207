import type { ReplaySignal } from '../replay.ts'
import { parseArgs } from 'node:util'
import { parseHorizon, replay } from '../replay.ts'
import { signalTable } from '../signals.ts'
import { isOfFile, linesOf, mapOf, messageOf, signalOf, timeOf, troubleWith } from './read.ts'

const usage = 'score:replay FILE.jsonl --cutoff ISO --horizon 30d --outcome TYPE --config MAP.json [--no-learn] [--ablate rhythm]'

/** Ends with exit code 2 and one sentence; `help` adds how the command is called. */
function fail(message: string, help = ''): never {
  process.stderr.write(`${message}\n${help}`)
  process.exit(2)
}

const misused = (message: string) => fail(message, `${usage}\n`)

function argumentsOf() {
  try {
    return parseArgs({
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
  }
  catch (error) { return misused(messageOf(error)) }
}

function given<T>(read: () => T): T {
  try { return read() }
  catch (error) { return fail(messageOf(error)) }
}

function settings() {
  const { values: { cutoff, config, ablate, outcome, horizon, ...values }, positionals } = argumentsOf()
  const [file, second] = positionals
  if (!file) return misused('No file given.')
  if (second !== undefined) return misused(`One file is read at a time, and ${second} is a second one.`)
  if (cutoff === undefined) return misused('--cutoff is missing.')
  if (Number.isNaN(timeOf(cutoff))) return misused(`--cutoff needs an ISO time such as 2026-03-01T00:00:00Z, not ${cutoff}.`)
  if (ablate !== undefined && ablate !== 'rhythm') return misused(`--ablate knows only rhythm, not ${ablate}.`)
  const horizonDays = given(() => parseHorizon(horizon))
  const map = config === undefined ? undefined : given(() => mapOf(config))
  return { file, cutoff, cutoffMs: timeOf(cutoff), map, horizonDays, outcome, learn: !values['no-learn'], useRhythm: ablate !== 'rhythm' }
}

const { file, map, ...options } = settings()
let unread = 0
let firstUnread = 0
function* signals(): Generator<ReplaySignal> {
  let number = 0
  for (const line of linesOf(file)) {
    number++
    if (line.trim() === '') continue
    const signal = signalOf(line)
    if (signal) { yield signal; continue }
    if (unread === 0) firstUnread = number
    unread++
  }
}

function replayed() {
  try { return replay(signals(), map ? undefined : signalTable, { ...options, map }) }
  catch (error) {
    if (isOfFile(error)) return fail(troubleWith(file, error))
    // Anything but what the system says of a file is a mistake of ours and keeps its stack.
    throw error
  }
}

// A reader that has seen enough (head) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const { outcome } = options
const { rows, unknown, outcomes, customers } = replayed()
if (outcomes === 0 && !Object.hasOwn(map ?? signalTable, outcome)) fail(`--outcome ${outcome}: neither ${map ? 'the map' : 'the table'} nor the file knows such a signal.`)
let out = ''
for (const row of rows) {
  out += `${JSON.stringify(row)}\n`
  if (out.length > 1 << 20) { process.stdout.write(out); out = '' }
}
process.stdout.write(out)
for (const [type, count] of unknown) process.stderr.write(`unknown type ${JSON.stringify(type)}: ${count} ${count === 1 ? 'signal' : 'signals'} left out\n`)
if (unread > 0) process.stderr.write(`${unread} ${unread === 1 ? 'line is no signal and was' : 'lines are no signals and were'} left out, the first is line ${firstUnread}\n`)
if (customers === 0) process.stderr.write('nobody was seen by the cut-off\n')
else if (outcomes === 0) process.stderr.write(`no ${JSON.stringify(outcome)} came by the cut-off: there is nothing to learn from\n`)
