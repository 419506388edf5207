import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'loupe-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const map = file('map.json', '{"ask": {"side": "customer"}, "buy": {"side": "customer", "outcome": true}}')
const history = file('history.jsonl', [
  '{"customerId": "a", "at": "2026-02-01T10:00:00+05:30", "type": "ask"}',
  '',
  '{"customerId": "a", "at": "2026-02-01T10:00:00',
  'null',
  '{"customerId": "b", "at": "2026-01-01", "type": "ask", "colour": "blue"}',
  '{"customerId": "a", "at": "2026-02-20T23:30:00", "type": "buy"}',
  '{"customerId": "b", "at": "2026-02-20T00:00:00Z", "type": "sneeze"}',
].join('\n'))
const empty = file('empty.jsonl', '')

type Ended = { code: number, said: string[], rows: { customerId: string, p: number }[] }

/** The command as it is called, in a place far from UTC. */
function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'scoring/cli/replay.ts', ...args], { env: { ...process.env, TZ: 'Asia/Tokyo' } }, (error, stdout, stderr) => {
      const lines = (text: string) => text.split('\n').filter(Boolean)
      resolve({ code: error ? Number(error.code) : 0, said: lines(stderr), rows: lines(stdout).map(line => JSON.parse(line) as Ended['rows'][number]) })
    })
  })
}

function asked(path: string, over: Record<string, string> = {}): Promise<Ended> {
  return run(path, ...Object.entries({ cutoff: '2026-02-20T23:45:00', horizon: '30d', outcome: 'buy', config: map, ...over }).flatMap(([name, value]) => [`--${name}`, value]))
}

describe('score:replay', { timeout: 60_000 }, () => {
  it('reads what is a signal, says what is none, and takes a time without a zone for UTC', async () => {
    const { code, said, rows } = await asked(history)
    expect(code).toBe(0)
    expect(rows.map(row => row.customerId).sort()).toEqual(['a', 'b'])
    expect(said).toEqual(['unknown type "sneeze": 1 signal left out', '2 lines are no signals and were left out, the first is line 3'])
  })

  it('answers nothing for a file without signals, and says so', async () => {
    expect(await asked(empty)).toEqual({ code: 0, said: ['nobody was seen by the cut-off'], rows: [] })
  })

  it('says that nothing can be learnt where no outcome came', async () => {
    const { code, said, rows } = await asked(history, { cutoff: '2026-02-19T00:00:00Z' })
    expect({ code, people: rows.length }).toEqual({ code: 0, people: 2 })
    expect(said).toContain('no "buy" came by the cut-off: there is nothing to learn from')
  })

  it.each<[string, () => Promise<Ended>, RegExp]>([
    ['a file that is not there', () => asked(join(folder, 'none.jsonl')), /none\.jsonl: there is no such file\.$/],
    ['a folder', () => asked(folder), /: this is a folder, not a file\.$/],
    ['a map that is not there', () => asked(history, { config: join(folder, 'none.json') }), /none\.json: there is no such file\.$/],
    ['a map that is no JSON', () => asked(history, { config: file('bad.json', '{"ask": ') }), /bad\.json: this is not JSON \(.+\)\.$/],
    ['a map with a side that is none', () => asked(history, { config: file('side.json', '{"ask": {"side": "neither"}}') }), /side\.json: ask\.side: .+\.$/],
    ['a cut-off that is no time', () => asked(history, { cutoff: 'yesterday' }), /--cutoff needs an ISO time .+ not yesterday\.$/],
    ['a horizon that is none', () => asked(history, { horizon: 'soon' }), /horizon .+ not soon/],
    ['an outcome that nobody knows', () => asked(history, { outcome: 'fly' }), /--outcome fly: neither the map nor the file knows such a signal\.$/],
    ['a second file', () => run(history, empty, '--cutoff', '2026-02-20'), /second one\.$/],
  ])('ends with a sentence and exit code 2 for %s', async (_, run, sentence) => {
    const { code, said, rows } = await run()
    expect({ code, rows }).toEqual({ code: 2, rows: [] })
    expect(said[0]).toMatch(sentence)
    expect(said.slice(1).every(line => line.startsWith('score:replay FILE'))).toBe(true)
  })
})
