import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const Sample = z.object({
  case: z.string(),
  body: z.record(z.string(), z.unknown()),
  events: z.array(z.record(z.string(), z.unknown())),
})

/** A provider's body and what has to be found in it: the fields that are named, and as many events. */
export type Sample = z.infer<typeof Sample>

/** The samples that lie beside an adapter, from all files of a folder. */
export function readSamples(folder: URL): Sample[] {
  return readdirSync(folder).filter(name => name.endsWith('.json')).sort().flatMap(name => z.array(Sample).parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))))
}
