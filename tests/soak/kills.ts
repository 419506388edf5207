import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { randomFrom } from '../datastore/kills/random.ts'
import { killAgainAndAgain } from '../datastore/kills/rounds.ts'
import { buildStore } from '../datastore/kills/store-process.ts'

/** `npm run soak [-- KILLS [SEED]]`: kills the embedded store a hundred times, or so often as is said, and tells what came of it. */
async function main([kills = '100', seed = String(Date.now() % 1_000_000)]: string[]): Promise<void> {
  const program = await buildStore()
  const dir = mkdtempSync(join(tmpdir(), 'store-soak-'))
  const began = performance.now()
  let sound = false
  try {
    const survived = (kill: number): void => void process.stderr.write(kill % 10 === 0 ? `${kill} kills\n` : '')
    const { kills: done, whileStarting, acknowledged, problems } = await killAgainAndAgain({ program, dir, kills: Number(kills), random: randomFrom(Number(seed)), survived })
    process.stdout.write(problems.map(problem => `${problem}\n`).join(''))
    process.stdout.write(`${done} kills, ${whileStarting} of them while the store started; ${acknowledged} acknowledged changes; ${problems.length} problems; seed ${seed}; ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
    sound = problems.length === 0
  }
  finally {
    program.remove()
    if (sound)
      rmSync(dir, { recursive: true, force: true })
    else
      process.stdout.write(`The store is kept in ${dir}.\n`)
    process.exitCode = sound ? 0 : 1
  }
}

await main(process.argv.slice(2))
