import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readinessFiles } from './readiness-words.ts'

it.each(readinessFiles().map(({ url, text }) => [url.pathname.split('/').at(-1)!, url, text] as const))('the interface says in %s what the engine says (if not, run npx tsx scripts/readiness-words.ts)', (_, url, text) => {
  expect(readFileSync(url, 'utf8')).toBe(text)
})
