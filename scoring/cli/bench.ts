import type { FoldSignal, State } from '../state.ts'
import { Buffer } from 'node:buffer'
import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { assess } from '../assess.ts'
import { whatWouldChange } from '../change.ts'
import { foldInto } from '../fold.ts'
import { forecasts } from '../forecast.ts'
import { priorModel } from '../model.ts'
import { simulateHouse } from '../simulation/jewellery.ts'
import { randomFrom } from '../simulation/random.ts'
import { dayMs, emptyState } from '../state.ts'
import { replaced } from './page.ts'

const usage = `bench [--customers 1000000] [--processes 2] [--docs]   measures the engine; with --docs writes the figures into docs/scoring.md`
const signalsEach = 10

type History = (FoldSignal & { at: number })[]

/** Histories of a simulated house, by person, oldest first. */
function histories(): History[] {
  const people = new Map<string, History>()
  for (const signal of simulateHouse(randomFrom(2026), 2500, 540).signals) {
    const known = people.get(signal.customerId)
    if (known) known.push(signal)
    else people.set(signal.customerId, [signal])
  }
  return Array.from(people.values(), list => list.sort((a, b) => a.at - b.at))
}

/** A history of exactly ten signals for each person: their own first ten, begun again later where they have fewer. */
function tenEach(people: readonly History[]): History[] {
  return people.map(list => Array.from({ length: signalsEach }, (_, i) => {
    const round = Math.floor(i / list.length)
    const signal = list[i % list.length]!
    return { ...signal, at: signal.at + round * (list.at(-1)!.at - list[0]!.at + dayMs) }
  }))
}

const prior = priorModel()

/** Seconds that a piece of work took: by the clock, and of processor time. The two differ where the machine has other work. */
type Took = { clock: number, processor: number }

/** Folds `customers` people of ten signals each anew, and says of each how ready they are. */
function refold(customers: number): Took {
  const people = tenEach(histories())
  const [began, used] = [performance.now(), process.cpuUsage()]
  for (let i = 0; i < customers; i++) {
    const list = people[i % people.length]!
    const state = emptyState()
    for (const signal of list) foldInto(prior, state, signal)
    assess(prior, state, list[signalsEach - 1]!.at + 5 * dayMs)
  }
  const { user, system } = process.cpuUsage(used)
  return { clock: (performance.now() - began) / 1000, processor: (user + system) / 1e6 }
}

/** As `refold`, an even part in each of so many processes: the slowest of them, from when it had its histories. */
async function refoldTogether(customers: number, processes: number): Promise<Took> {
  const parts = Array.from({ length: processes }, () => new Promise<Took>((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--part', String(Math.ceil(customers / processes))])
    // What a part sends is what `refold` gives.
    child.once('message', took => resolve(took as Took))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`A part ended with code ${code}`)))
  }))
  const took = await Promise.all(parts)
  return { clock: Math.max(...took.map(part => part.clock)), processor: Math.max(...took.map(part => part.processor)) }
}

/**
 * What `run` takes for each of `items`, microseconds: the median, and what 99 of 100 items stay below. An item's time is the least of five runs, that is, the
 * run that nothing else on the machine interrupted: one turn of another process takes longer than a hundred items.
 */
function times<T>(items: readonly T[], run: (item: T) => unknown): { median: number, p99: number } {
  for (const item of items.slice(0, 500)) run(item)
  const took = items.map((item) => {
    let least = Infinity
    for (let i = 0; i < 5; i++) {
      const began = performance.now()
      run(item)
      least = Math.min(least, performance.now() - began)
    }
    return least * 1000
  }).sort((a, b) => a - b)
  return { median: took[took.length >> 1]!, p99: took[Math.floor(took.length * 0.99)]! }
}

/** Processor time so far: all of it, and what the host gave to others. Zeros where the system does not tell. */
function processorTime(): { all: number, stolen: number } {
  try {
    const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.trim().split(/\s+/).slice(1).map(Number)
    return { all: ticks.slice(0, 8).reduce((sum, n) => sum + n, 0), stolen: ticks[7] ?? 0 }
  }
  catch { return { all: 0, stolen: 0 } }
}

async function measure(customers: number, processes: number): Promise<string> {
  const before = processorTime()
  const people = histories()
  const states: State[] = people.map((list) => {
    const state = emptyState()
    for (const signal of list) foldInto(prior, state, signal)
    return state
  })
  const all = people.reduce((sum, list) => sum + list.length, 0)
  const rounds = Math.ceil(1_000_000 / all)
  const used = process.cpuUsage()
  for (let round = 0; round < rounds; round++) {
    for (const list of people) {
      const state = emptyState()
      for (const signal of list) foldInto(prior, state, signal)
    }
  }
  const { user, system } = process.cpuUsage(used)
  const perSignal = (user + system) / (all * rounds)
  const sizes = states.map(state => Buffer.byteLength(JSON.stringify(state))).sort((a, b) => a - b)
  const at = Math.max(...people.map(list => list.at(-1)!.at)) + dayMs
  const explaining = times(states, state => [forecasts(prior, state, at), assess(prior, state, at), whatWouldChange(prior, state, at)])
  const whole = await refoldTogether(customers, processes)
  const after = processorTime()
  const stolen = after.all > before.all ? `${Math.round(100 * (after.stolen - before.stolen) / (after.all - before.all))} %` : 'unknown'
  return [
    '| | measured | at most |',
    '| --- | --- | --- |',
    `| a signal folded, processor time, mean of ${(all * rounds).toLocaleString('en')} | ${perSignal.toFixed(1)} µs | 10 µs |`,
    `| state as JSON, median and largest of ${states.length.toLocaleString('en')} people | ${sizes[sizes.length >> 1]} and ${sizes.at(-1)} bytes | 2,000 bytes |`,
    `| explained: every part of three forecasts, reasons, next action, what would change it; median and 99th of 100 people, undisturbed | ${(explaining.median / 1000).toFixed(2)} and ${(explaining.p99 / 1000).toFixed(2)} ms | 2 ms |`,
    `| ${customers.toLocaleString('en')} people of ten signals folded anew and assessed, in ${processes} processes: by the clock, and of processor time in each | ${whole.clock.toFixed(0)} and ${whole.processor.toFixed(0)} s | 180 s |`,
    '',
    `On ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}) with Node ${process.versions.node}; while it ran the host gave ${stolen} of the processor time to other machines, and the load was ${loadavg()[0]!.toFixed(1)} at its end, against ${processes} without other work: by the clock it would be faster on a machine of one's own.`,
  ].join('\n')
}

const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000000' }, processes: { type: 'string', default: '2' }, docs: { type: 'boolean', default: false }, part: { type: 'string' } } })
const [customers, processes] = [Number(values.customers), Number(values.processes)]
if (values.part !== undefined) { process.send?.(refold(Number(values.part))) }
else if (customers >= 1 && processes >= 1) {
  const figures = await measure(customers, processes)
  process.stdout.write(`${figures}\n`)
  if (values.docs) writeFileSync('docs/scoring.md', replaced(readFileSync('docs/scoring.md', 'utf8'), 'figures', figures))
}
else {
  process.stderr.write(`${usage}\n`)
  process.exitCode = 2
}
