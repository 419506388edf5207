/**
 * Writes what the engine can say of a person, in every language, where the interface finds it: `inbox-ui/locales/readiness/`. The interface may not import
 * scoring's code, and the sentences have one home. Run it after a change of scoring's words: `npx tsx scripts/readiness-words.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { words } from '#scoring'

const folder = new URL('../inbox-ui/locales/readiness/', import.meta.url)

/** Every file by its address, with what it is to hold. */
export function readinessFiles(): { url: URL, text: string }[] {
  return Object.entries(words).map(([code, pack]) => ({ url: new URL(`${code}.json`, folder), text: `${JSON.stringify(pack, null, 2)}\n` }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(folder, { recursive: true })
  for (const { url, text } of readinessFiles()) writeFileSync(url, text)
}
