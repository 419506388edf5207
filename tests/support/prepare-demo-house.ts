import type { TestProject } from 'vitest/node'
import { demoHouseLoaded } from './demo-house.ts'
import { freePort, removeDirectory, scratchDirectory, startProduct } from './product.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Directory of a sandbox's data with the demo house in it, to be copied. */
    demoHouse: string
  }
}

/** Loads the demo house once for all files that need it: each works on a copy, for loading it takes longer than most of them. Returns how to tidy up. */
export default async function prepareDemoHouse(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await scratchDirectory()
  const product = await startProduct({ DATA_DIR: dataDir, PORT: String(await freePort()), LOG_LEVEL: 'warn' })
  await demoHouseLoaded(dataDir)
  await product.stop()
  project.provide('demoHouse', dataDir)
  return () => removeDirectory(dataDir)
}
