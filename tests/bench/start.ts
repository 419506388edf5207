import type { Figure } from './measure.ts'
import { freePort, removeDirectory, scratchDirectory, startProduct } from '../support/product.ts'
import { atMost } from './measure.ts'

/** From the command to the first page of the sandbox, and the memory of the server once the demo house is in it. */
export async function benchStart(log: (line: string) => void): Promise<Figure[]> {
  const dataDir = await scratchDirectory()
  const begun = performance.now()
  const loupe = await startProduct({ DATA_DIR: dataDir, PORT: String(await freePort()) })
  try {
    const page = await fetch(loupe.url)
    await page.text()
    const firstPage = (performance.now() - begun) / 1_000
    if (page.status !== 200) throw new Error(`the first page answered ${page.status}`)
    let ready = false
    while (!ready && performance.now() - begun < 60_000) {
      await new Promise(resolve => setTimeout(resolve, 250))
      ready = /demo house is ready/i.test(loupe.output())
    }
    log(`  demo house ready after ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
    await new Promise(resolve => setTimeout(resolve, 5_000))
    const memory = await loupe.memory() / 1_048_576
    return [
      atMost('cold start to first page', firstPage, 5, 's'),
      { what: 'demo house loaded', value: ready ? 'yes' : 'no', must: 'yes', ok: ready },
      atMost('server memory with the demo house', memory, 300, 'MB', 0),
    ]
  }
  finally {
    await loupe.stop()
    await removeDirectory(dataDir)
  }
}
