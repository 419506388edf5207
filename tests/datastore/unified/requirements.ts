import type { MongoClient } from 'mongodb'
import type { Requirement, Test } from './format.ts'
import { numberOf } from './bson-types.ts'

/** How servers can stand together. */
export const TOPOLOGIES = ['single', 'replicaset', 'sharded'] as const

/** What a server is, as far as requirements ask. */
export interface Server { version: string, topology: typeof TOPOLOGIES[number], parameters: Record<string, unknown> }

/** Asks a server what it is. */
export async function describeServer(client: MongoClient): Promise<Server> {
  const [build, hello, parameters] = await Promise.all([
    client.db('admin').command({ buildInfo: 1 }),
    client.db('admin').command({ hello: 1 }),
    client.db('admin').command({ getParameter: '*' }),
  ])
  return { version: String(build.version), topology: hello.setName ? 'replicaset' : hello.msg === 'isdbgrid' ? 'sharded' : 'single', parameters }
}

/** Why none of some requirements is met, or undefined when one is or there are none. */
export function unmet(requirements: readonly Requirement[] | undefined, server: Server): string | undefined {
  if (!requirements || requirements.length === 0)
    return undefined
  const reasons = requirements.map(requirement => reasonAgainst(requirement, server))
  return reasons.includes(undefined) ? undefined : [...new Set(reasons)].join('; or ')
}

function reasonAgainst(requirement: Requirement, { version, topology, parameters }: Server): string | undefined {
  const { minServerVersion, maxServerVersion, topologies, serverParameters } = requirement
  if (minServerVersion && compareVersions(version, minServerVersion) < 0)
    return `for servers from ${minServerVersion}, this one answers as ${version}`
  if (maxServerVersion && compareVersions(version, maxServerVersion) > 0)
    return `for servers to ${maxServerVersion}, this one answers as ${version}`
  if (topologies && !topologies.includes(topology))
    return `for the topologies ${topologies.join(', ')}, this server is ${topology}`
  if (requirement.serverless === 'require')
    return 'for serverless deployments'
  if (requirement.auth === true || requirement.authMechanism)
    return 'for servers that ask to sign in'
  if (requirement.csfle)
    return 'client-side encryption is the driver\'s'
  for (const [name, value] of Object.entries(serverParameters ?? {})) {
    if (parameters[name] === undefined || (numberOf(parameters[name]) ?? parameters[name]) !== (numberOf(value) ?? value))
      return `for servers whose parameter ${name} is ${String(value)}`
  }
  return undefined
}

/** Compares dotted versions by their numbers; what is left out counts as it stands in "4.4" ≤ "4.4.9". */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < right.length; i++) {
    const order = (left[i] ?? 0) - right[i]!
    if (order !== 0)
      return order
  }
  return 0
}

/** Why a test cannot be run here whatever the server is. */
export function unfit(test: Test): string | undefined {
  if (test.skipReason !== undefined)
    return `the case says: ${test.skipReason}`
  if (test.expectLogMessages !== undefined || test.expectTracingMessages !== undefined)
    return 'log messages and traces are the driver\'s'
  return test.operations.some(({ name }) => name === 'failPoint' || name === 'targetedFailPoint') ? 'needs a fail point' : undefined
}
