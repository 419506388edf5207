/**
 * What Loupe makes of a provider's body: `parse.ts NAME < BODY` or `parse.ts NAME FILE…`, one JSON line per event in body order.
 * Exit 1 with a reason for a body that is not one; with files such a body gives a line of its own and the rest goes on.
 */
import type { Channel } from '../channel.ts'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { NotThisProviderError } from '../errors.ts'
import { channelByBodyName, channels } from '../registry.ts'

const [name = '', ...files] = process.argv.slice(2)
const channel = channelByBodyName(name)

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const usage = `Usage: webhooks:parse -- ${channels.map(known => known.definition.bodyName).join('|')} < BODY, or followed by files`

if (name === '--help' || name === '-h') {
  process.stdout.write(`${usage}\n`)
}
else if (channel === undefined) {
  console.error(usage)
  process.exitCode = 1
}
else if (files.length === 0) {
  await parseInput(channel)
}
else {
  for (const file of files) await print(await linesOfFile(channel, file))
}

async function parseInput(adapter: Channel): Promise<void> {
  try {
    await print(adapter.parse(await buffer(process.stdin)))
  }
  catch (error) {
    if (!(error instanceof NotThisProviderError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

async function linesOfFile(adapter: Channel, file: string): Promise<object[]> {
  try {
    return adapter.parse(await readFile(file)).map(event => ({ file, ...event }))
  }
  catch (error) {
    return [{ file, error: error instanceof Error ? error.message : 'The file could not be read.' }]
  }
}

/** Prints no faster than the reader takes it. */
async function print(lines: readonly object[]): Promise<void> {
  for (const line of lines) {
    if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain')
  }
}
