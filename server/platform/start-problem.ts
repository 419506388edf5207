import type { Config } from './config.ts'
import { diskRefusal } from '#datastore'
import { ConfigError } from './config.ts'
import { databaseProblem } from './database-problem.ts'

/** What whoever starts Loupe chose, and a failed start may be about. */
type Chosen = Pick<Config, 'host' | 'port'>

/**
 * What keeps Loupe from starting, said to the one who can change it: an address, a directory, a store or a database that cannot be had. Null for any
 * other error, which is told with its stack because somebody has to look for it.
 */
export function startProblem(error: unknown, chosen?: Chosen): ConfigError | null {
  if (!(error instanceof Error) || error instanceof ConfigError) return null
  const line = (chosen && listenProblem(error, chosen)) ?? diskProblem(error) ?? databaseProblem(error)
  return line === null ? null : new ConfigError([line])
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: Chosen): string | null {
  if (error.syscall === 'getaddrinfo') return `HOST ${host} is not an address of this machine`
  if (error.syscall !== 'listen') return null
  switch (error.code) {
    case 'EADDRINUSE': return `PORT ${port} is in use by another program; choose another`
    case 'EACCES': return `PORT ${port} may not be used by this account; choose one above 1023`
    case 'EADDRNOTAVAIL': return `HOST ${host} is not an address of this machine`
    default: return null
  }
}

/** The directory that was named cannot hold data. */
function diskProblem(error: Error): string | null {
  const refusal = diskRefusal(error)
  return refusal === undefined ? null : `DATA_DIR cannot be used: ${refusal}`
}
