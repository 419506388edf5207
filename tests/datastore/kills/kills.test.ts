import type { StoreProgram } from './store-process.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomFrom } from './random.ts'
import { killAgainAndAgain } from './rounds.ts'
import { buildStore } from './store-process.ts'

const KILLS = 20

let program: StoreProgram
const dir = mkdtempSync(join(tmpdir(), 'store-kills-'))
beforeAll(async () => {
  program = await buildStore()
})
afterAll(() => {
  program.remove()
  rmSync(dir, { recursive: true, force: true })
})

it('a store that is killed again and again has every acknowledged write, no half document, and indexes that agree with a full scan', async () => {
  const seed = Date.now() % 1_000_000
  const { kills, acknowledged, problems } = await killAgainAndAgain({ program, dir, kills: KILLS, random: randomFrom(seed) })
  expect(problems, `with the seed ${seed}`).toEqual([])
  expect(kills).toBe(KILLS)
  expect(acknowledged).toBeGreaterThan(500)
}, 240_000)
