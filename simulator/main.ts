import process from 'node:process'
import { Launch, launchSimulator } from './launch.ts'

/** Lines of JSON that the process speaks: `url` once it listens, `loaded` or `failed` for the demo house, `log` in between. */
export type Spoken = { url: string, loads: boolean } | { loaded: true } | { failed: string } | { log: string }

const say = (line: Spoken) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Whoever started the simulator hands it its launch as the first line of its input, and ends it by closing that. */
async function main(): Promise<void> {
  // A terminal and a supervisor send a signal to this process too. Loupe, which it is meant for, still speaks with the simulator while it stops.
  process.on('SIGTERM', () => {}).on('SIGINT', () => {})
  // Nobody listens any more: the end of the input, which comes with that, is what ends it.
  process.stdout.on('error', () => {})
  let text = ''
  process.stdin.setEncoding('utf8')
  const ended = new Promise<void>(resolve => process.stdin.once('end', resolve).once('close', resolve))
  const first = await new Promise<string>((resolve, reject) => {
    process.stdin.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
    })
    void ended.then(() => reject(new Error('The simulator is started by Loupe, which tells it where to go.')))
  })
  const simulator = await launchSimulator(Launch.parse(JSON.parse(first)), line => say({ log: line }))
  say({ url: simulator.url, loads: simulator.loaded !== undefined })
  simulator.loaded?.then(() => say({ loaded: true }), (error: unknown) => say({ failed: error instanceof Error ? error.message : 'unknown' }))
  await ended
  await simulator.close()
  process.exit(0)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The simulator could not start.'}\n`)
  process.exit(1)
})
