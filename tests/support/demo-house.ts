import { createConnection } from 'mongoose'
import { runningStore } from '../../server/platform/database.ts'

/** Waits until the demo house of a running sandbox is in the store and everything in it has been taken in. */
export async function demoHouseLoaded(dataDir: string): Promise<void> {
  const connection = await createConnection(runningStore(dataDir) ?? '').asPromise()
  try {
    const deadline = Date.now() + 120_000
    while (Date.now() < deadline) {
      const demo = await connection.collection<{ _id: string, value: { loaded: boolean } }>('settings').findOne({ _id: 'demo' })
      if (demo?.value.loaded && await connection.collection('parcels').countDocuments({ state: 'stored' }) === 0) return
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    throw new Error('the demo house did not load')
  }
  finally {
    await connection.close()
  }
}
