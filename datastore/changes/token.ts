import type { Position } from './position.ts'
import { Buffer } from 'node:buffer'
import { fail } from '../errors.ts'
import { isDocument } from '../query/paths.ts'
import { positionBytes } from './position.ts'

/**
 * How far a stream has come at a position. `event`: its change was delivered, an invalidation that follows from it
 * was not. `invalidate`: that was delivered too. `passed`: nothing of it is left to be told.
 */
export type Phase = 'event' | 'invalidate' | 'passed'

/** Where a stream goes on. */
export interface ResumePoint { position: Position, phase: Phase }

const VERSION = 1
/** By their byte; as text, tokens sort in the order in which a stream passes them. */
const PHASES: readonly Phase[] = ['event', 'invalidate', 'passed']
const LENGTH = 10

/** A resume token: `{_data: <hexadecimal text>}`. */
export function resumeToken(point: ResumePoint): { _data: string } {
  const bytes = Buffer.concat([Buffer.from([VERSION]), positionBytes(point.position), Buffer.from([PHASES.indexOf(point.phase)])])
  return { _data: bytes.toString('hex').toUpperCase() }
}

/**
 * Reads a resume token that a client gives back.
 * @throws DatastoreError TypeMismatch (14), Location40647, FailedToParse (9), or InvalidResumeToken (260) for one that was not made here
 */
export function readResumeToken(value: unknown): ResumePoint {
  if (!isDocument(value))
    return fail('TypeMismatch', 'A resume token must be an object')
  if (typeof value._data !== 'string')
    return fail('Location40647', 'Bad resume token: _data of missing or of wrong type')
  if (!/^(?:[0-9a-f]{2})+$/i.test(value._data))
    return fail('FailedToParse', 'resume token string was not a valid hex string')
  const bytes = Buffer.from(value._data, 'hex')
  const phase = PHASES[bytes[LENGTH - 1] ?? -1]
  if (bytes.length !== LENGTH || bytes[0] !== VERSION || !phase)
    return fail('InvalidResumeToken', 'The resume token was not made by this store')
  return { position: bytes.readBigUInt64BE(1), phase }
}
